"""Draw a view's blocks on the page, each with its downloads."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from fmnist_core import csv_export
from fmnist_core.charts.confusion_matrix import CELL
from fmnist_core.compare_page import chart_export, image_cards
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Format, Gallery, Paragraph, Table
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui.live_chart import draw

COLUMN_FORMATS: dict[Format, str] = {
    "percent": "%.2f%%",
    "share": "%.1f%%",
    "points": "%+.2f",
    "count": "localized",
    "large": "compact",
    "figure": "%.3f",
    "seconds": "%d s",
    "time": "%.1f ms",
}
CLICKED = "clicked chart"
PERCENTAGES = ("percent", "share", "points")
"""Formats whose values are shares, shown times a hundred."""


def show(blocks: Sequence[Block], *, key: str) -> None:
    """Draw them one below the other under stable keys."""
    for number, block in enumerate(blocks):
        _show(block, key=f"{key} {number}")


def _show(block: Block, *, key: str) -> None:
    match block:
        case Paragraph():
            _words(block)
        case Table():
            _table(block, key=key)
        case Chart():
            _chart(block, key=key)
        case Gallery():
            _gallery(block)
        case Columns():
            for number, column in enumerate(_columns(block)):
                with column:
                    _show(block.blocks[number], key=f"{key} {number}")


def _columns(block: Columns) -> list[Any]:
    """One for each block; in rows, so that what is too much for one goes on in the next."""
    columns: list[Any] = []
    while len(columns) < len(block.blocks):
        columns += st.columns(2, gap="medium")
    return columns[: len(block.blocks)]


def _words(block: Paragraph) -> None:
    if block.kind == "finding":
        st.info(block.text, icon=":material/lightbulb:")
    elif block.kind == "warning":
        st.warning(block.text, icon=":material/warning:")
    else:
        (st.caption if block.kind == "hint" else st.markdown)(block.text)


def _table(block: Table, *, key: str) -> None:
    _head(block.title, block.hint, key, {"CSV": partial(_csv, block)})
    rows = [_in_percent(row, block.columns) for row in block.rows]
    st.dataframe(
        rows, hide_index=True, key=key, height="content", column_config=column_config(block.columns)
    )


def column_config(
    columns: Mapping[str, Format], hints: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """How each column reads, for a table whose shares are percentages already."""
    return {
        name: st.column_config.TextColumn(name, help=hints.get(name))
        if how == "text"
        else st.column_config.NumberColumn(name, help=hints.get(name), format=COLUMN_FORMATS[how])
        for name, how in columns.items()
    }


def _in_percent(row: Mapping[str, Any], columns: Mapping[str, Format]) -> dict[str, Any]:
    return {
        name: 100 * row[name] if how in PERCENTAGES and row[name] is not None else row[name]
        for name, how in columns.items()
    }


def _csv(block: Table) -> str:
    return csv_export.rows_to_csv(block.rows, list(block.columns))


def _chart(block: Chart, *, key: str) -> None:
    files: dict[str, Callable[[], Any]] = {
        "PNG": partial(chart_export.png, block),
        "SVG": partial(chart_export.svg, block),
    }
    for name, rows in block.rows.items():
        if rows:
            files[f"CSV ({name})" if len(block.rows) > 1 else "CSV"] = partial(
                csv_export.rows_to_csv, rows
            )
    _head(block.title, block.hint, key, files)
    drawn = f"{key} turn {st.session_state.get(_turn(key), 0)}"
    draw(
        block.spec,
        block.rows,
        key=drawn,
        says=block.says,
        on_select=partial(_clicked, key, drawn, block.on_click) if block.on_click else None,
    )


def _clicked(key: str, drawn: str, act: Callable[[Mapping[str, Any]], None]) -> None:
    """Hand over the fields of what was clicked."""
    found = st.session_state[drawn].selection.get(CELL, [])
    if found:
        if st.session_state.get(CLICKED) != key:
            forget_click()
        st.session_state[CLICKED] = key
        act(found[0])


def forget_click() -> None:
    """Draw the chart that was clicked last anew, without its mark: it says nothing of a second
    click on what it holds chosen.
    """
    last = st.session_state.pop(CLICKED, None)
    if last:
        st.session_state[_turn(last)] = st.session_state.get(_turn(last), 0) + 1


def _turn(key: str) -> str:
    return f"turn of {key}"


def _gallery(block: Gallery) -> None:
    st.markdown(f"**{escape_markdown(block.title)}**")
    if block.hint:
        st.caption(block.hint)
    if block.cards:
        st.html(image_cards.html(block.cards, linked=True))


def _head(title: str, hint: str, key: str, files: dict[str, Callable[[], Any]]) -> None:
    stem = file_stem(f"{key.split(maxsplit=1)[0]} {title}")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{escape_markdown(title)}**", width="content")
        with st.popover(
            "", icon=":material/download:", type="tertiary", help=f"Download: {escape_markdown(title)}"
        ):
            for kind, make in files.items():
                st.download_button(
                    kind,
                    make,
                    file_name=f"{stem}.{kind.split()[0].lower()}",
                    key=f"{key} {kind}",
                    on_click="ignore",
                    width="stretch",
                )
    if hint:
        st.caption(hint)


def file_stem(title: str) -> str:
    """A file's name for a title: letters, digits and dashes."""
    return re.sub(r"\W+", "-", title.lower()).strip("-")[:60] or "figure"
