"""The table of the leaderboard: run, student, accuracy and time first, all else on request."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from fmnist_core.compare_page import render
from fmnist_core.comparison_report.formats import Format
from fmnist_core.comparison_report.leaderboard_rows import (
    COLUMNS,
    PHOTOGRAPH_COLUMN,
    PHOTOGRAPHS,
    LeaderboardRow,
)
from fmnist_core.formatting import format_duration
from fmnist_core.ui import own_runs

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

FIRST_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"Run": "Run", "Made by": "By", "Accuracy": "Accuracy", "Training": "Time"}
)
"""Columns that are always shown, with their titles on the page."""
PHOTOGRAPH_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "Run": "Run",
        "Made by": "By",
        PHOTOGRAPHS: "Accuracy",
        "Accuracy": "On its test set",
        "Training": "Time",
    }
)
"""The same where runs are tested on the real photographs."""
ALL_COLUMNS = {**COLUMNS, PHOTOGRAPHS: PHOTOGRAPH_COLUMN}
WIDTHS: Mapping[str, int] = MappingProxyType({"Device": 110})
"""Pixels of columns whose values are too long to be shown whole."""
YOURS = "you"
OWN_COLOR = "rgba(184, 96, 30, 0.13)"
"""Background of the user's own runs, over the light and the dark theme."""
ROW_HEIGHT, HEADER_HEIGHT, MAX_VISIBLE_ROWS = 32, 40, 4.5
"""Pixels of a row and of the header; the last visible row is cut, which shows that more follow."""


def draw_table(
    rows: Sequence[LeaderboardRow],
    *,
    checked: Sequence[int],
    has_all_columns: bool,
    key: str,
    on_select: Callable[[], None],
    on_photographs: bool = False,
) -> None:
    """Draw the rows, with those at the indices `checked` selected.

    `on_photographs`: the rows have the accuracy on the real photographs.
    """
    titles = dict(PHOTOGRAPH_COLUMNS if on_photographs else FIRST_COLUMNS)
    if has_all_columns:
        titles |= {title: title for title in COLUMNS if title not in titles}
    st.dataframe(
        _style(rows, titles),
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=round(HEADER_HEIGHT + ROW_HEIGHT * min(len(rows), MAX_VISIBLE_ROWS)),
        column_config=_column_config(titles),
        on_select=on_select,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": list(checked)}},
        placeholder="–",
        alt="Finished runs with their test metrics",
    )


def _style(rows: Sequence[LeaderboardRow], titles: Mapping[str, str]) -> "Styler":
    """Make the table's data; a duration is sorted as a number and written as people say it."""
    import pandas as pd

    columns: dict[str, Format] = {title: ALL_COLUMNS[title][0] for title in titles}
    values = [render.to_percent(row.values, columns) | _by(row) for row in rows]
    frame = pd.DataFrame(values, columns=list(titles))
    styler = frame.style.format({"Training": format_duration})
    own = [index for index, row in enumerate(rows) if _is_own(row)]
    return styler.set_properties(subset=(own, list(titles)), **{"background-color": OWN_COLOR})


def _is_own(row: LeaderboardRow) -> bool:
    return all(map(own_runs.is_own, row.runs))


def _by(row: LeaderboardRow) -> dict[str, Any]:
    """The student of a row; the user's own is marked in words too."""
    by = row.values["Made by"]
    if not _is_own(row):
        return {"Made by": by}
    return {"Made by": f"{by} ({YOURS})" if by else YOURS.capitalize()}


def _column_config(titles: Mapping[str, str]) -> dict[str, Any]:
    columns = {title: ALL_COLUMNS[title][0] for title in titles}
    hints = {title: ALL_COLUMNS[title][1] for title in titles}
    config = render.column_config(columns, hints)
    for title, shown in titles.items():
        config[title] = {**config[title], "label": shown, "width": WIDTHS.get(title)}
    config["Training"] = st.column_config.NumberColumn(titles["Training"], help=hints["Training"])
    return config
