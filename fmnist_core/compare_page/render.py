"""Draw the blocks of a view on the page, each with its downloads."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from fmnist_core import csv_export
from fmnist_core.charts.confusion_matrix import CELL_SELECTION
from fmnist_core.comparison_report import chart_export, image_cards
from fmnist_core.comparison_report.blocks import (
    Block,
    Chart,
    Columns,
    Details,
    Gallery,
    Paragraph,
    Table,
)
from fmnist_core.comparison_report.formats import FRACTIONS, Format
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui import downloads
from fmnist_core.ui.live_chart import draw_chart

COLUMN_FORMATS: dict[Format, str] = {
    "percent": "%.2f%%",
    "percent_1": "%.1f%%",
    "points": "%+.2f",
    "count": "localized",
    "compact": "compact",
    "decimal": "%.3f",
    "seconds": "%d s",
    "milliseconds": "%.1f ms",
}
"""Streamlit's name for each format; fractions are multiplied by 100 first."""
CLICKED_KEY = "clicked chart"


def draw_blocks(blocks: Sequence[Block], *, key: str) -> None:
    """Draw blocks below each other under stable keys that start with `key`."""
    for number, block in enumerate(blocks):
        _draw_block(block, key=f"{key} {number}")


def _draw_block(block: Block, *, key: str) -> None:
    match block:
        case Paragraph():
            _draw_paragraph(block)
        case Table():
            _draw_table(block, key=key)
        case Chart():
            _draw_chart(block, key=key)
        case Gallery():
            _draw_gallery(block)
        case Columns():
            for number, column in enumerate(_make_columns(len(block.blocks))):
                with column:
                    _draw_block(block.blocks[number], key=f"{key} {number}")
        case Details():
            with st.expander(block.title, key=f"{key} details"):
                draw_blocks(block.blocks, key=f"{key} details")


def _make_columns(count: int) -> list[Any]:
    """Make pairs of columns in rows of their own, so that their tops stay aligned."""
    columns: list[Any] = []
    while len(columns) < count:
        columns += st.columns(2, gap="medium")
    return columns[:count]


def _draw_paragraph(paragraph: Paragraph) -> None:
    if paragraph.kind == "finding":
        st.info(paragraph.text, icon=":material/lightbulb:")
    elif paragraph.kind == "warning":
        st.warning(paragraph.text, icon=":material/warning:")
    else:
        (st.caption if paragraph.kind == "hint" else st.markdown)(paragraph.text)


def _draw_table(table: Table, *, key: str) -> None:
    make_csv = partial(csv_export.rows_to_csv, table.rows, list(table.columns))
    _draw_heading(table.title, table.hint, key, {"CSV": make_csv})
    st.dataframe(
        [to_percent(row, table.columns) for row in table.rows],
        hide_index=True,
        key=key,
        height="content",
        column_config=column_config(table.columns),
    )


def column_config(
    columns: Mapping[str, Format], hints: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Configure the columns of a table whose rows went through `to_percent`."""
    return {
        title: st.column_config.TextColumn(title, help=hints.get(title))
        if column_format == "text"
        else st.column_config.NumberColumn(
            title, help=hints.get(title), format=COLUMN_FORMATS[column_format]
        )
        for title, column_format in columns.items()
    }


def to_percent(row: Mapping[str, Any], columns: Mapping[str, Format]) -> dict[str, Any]:
    """Multiply the fractions in a row by 100: Streamlit's formats do not."""
    return {
        title: 100 * row[title]
        if column_format in FRACTIONS and row[title] is not None
        else row[title]
        for title, column_format in columns.items()
    }


def _draw_chart(chart: Chart, *, key: str) -> None:
    files: dict[str, Callable[[], Any]] = {
        "PNG": partial(chart_export.export_png, chart),
        "SVG": partial(chart_export.export_svg, chart),
    }
    for name, rows in chart.rows.items():
        if rows:
            title = f"CSV ({name})" if len(chart.rows) > 1 else "CSV"
            files[title] = partial(csv_export.rows_to_csv, rows)
    _draw_heading(chart.title, chart.hint, key, files)
    chart_key = f"{key} version {st.session_state.get(_version_key(key), 0)}"
    draw_chart(
        chart.spec,
        chart.rows,
        key=chart_key,
        description=chart.description,
        on_select=partial(_handle_click, key, chart_key, chart.on_click)
        if chart.on_click
        else None,
    )


def _handle_click(key: str, chart_key: str, on_click: Callable[[Mapping[str, Any]], None]) -> None:
    """Call `on_click` with the fields of the clicked mark."""
    selected = st.session_state[chart_key].selection.get(CELL_SELECTION, [])
    if selected:
        if st.session_state.get(CLICKED_KEY) != key:
            clear_click()
        st.session_state[CLICKED_KEY] = key
        on_click(selected[0])


def clear_click() -> None:
    """Re-create the chart that was clicked last, to clear its selection.

    Streamlit reports no event for a second click on the same mark.
    """
    key = st.session_state.pop(CLICKED_KEY, None)
    if key:
        st.session_state[_version_key(key)] = st.session_state.get(_version_key(key), 0) + 1


def _version_key(key: str) -> str:
    return f"version of {key}"


def _draw_gallery(gallery: Gallery) -> None:
    st.subheader(escape_markdown(gallery.title), anchor=False)
    if gallery.hint:
        st.caption(gallery.hint)
    if gallery.cards:
        st.html(image_cards.cards_html(gallery.cards))


def _draw_heading(title: str, hint: str, key: str, files: Mapping[str, Callable[[], Any]]) -> None:
    """Draw the title of a block, its downloads by kind and its hint."""
    stem = file_stem(f"{key.split(maxsplit=1)[0]} {title}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(escape_markdown(title), anchor=False, width="content")
        with st.popover(
            "",
            icon=":material/download:",
            type="tertiary",
            help=f"Download: {escape_markdown(title)}",
        ):
            for kind, make_file in files.items():
                downloads.download_button(
                    kind,
                    make_file,
                    file_name=f"{stem}.{kind.split()[0].lower()}",
                    key=f"{key} {kind}",
                    width="stretch",
                )
    if hint:
        st.caption(hint)


def file_stem(title: str) -> str:
    """Turn a title into a file name without suffix: letters, digits and dashes."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")[:60] or "figure"
