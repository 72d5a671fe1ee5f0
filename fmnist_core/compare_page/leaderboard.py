"""The leaderboard on the page: filters, the table, and the runs that are picked in it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from fmnist_core import csv_export
from fmnist_core.compare_page import leaderboard_rows, render, selection
from fmnist_core.compare_page.leaderboard_rows import COLUMNS, LeaderboardRow
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import sticky_widgets

ROW, HEAD, MOST_ROWS = 34, 46, 8
"""Pixels of a row, and of the head with the bar below; rows before the table scrolls."""
TABLE, LIST = "leaderboard", "compared list"
TURNS = {TABLE: "leaderboard turn", LIST: "compared list turn"}
"""A table or list that shows picks made elsewhere is a new one: an old one would bring back its
own.
"""


def choose(rows: Sequence[RunSummary]) -> list[RunSummary]:
    """The table and the list of what is picked; returns the picked runs in their order."""
    finished = summary.finished(rows)
    picked = selection.settle(finished)
    if not finished:
        st.info(
            "No run is finished yet: train one, and it appears here.", icon=":material/leaderboard:"
        )
        return []
    shown, grouped = _filters(finished)
    lines = leaderboard_rows.lines(shown, grouped=grouped)
    _table(lines, picked)
    _list(finished, picked)
    for said in selection.complaints():
        st.warning(escape_markdown(said))
    return picked


def _filters(finished: list[RunSummary]) -> tuple[list[RunSummary], bool]:
    """What the table shows: found by a word, of some models, on some data; seeds together."""
    models = list(dict.fromkeys(row.model_title for row in finished))
    datas = list(dict.fromkeys(row.data_title for row in finished))
    with st.container(horizontal=True, vertical_alignment="bottom", key="board filters"):
        word = st.text_input(
            "Find", placeholder="a name or a student", key="board word", width=200,
            persist_state="session",
        )  # fmt: skip
        wanted = st.multiselect(
            "Models", models, placeholder="all", key=f"board models {models}", width=250,
        )  # fmt: skip
        data = datas[:1]
        if len(datas) > 1:
            data = st.multiselect(
                "Data", datas, placeholder="all", key=f"board data {datas}", width=190
            )
        grouped = leaderboard_rows.has_groups(finished) and st.toggle(
            "Seeds together",
            value=True,
            key="board seeds",
            help="Runs of one recipe that differ only in the seed share a row: mean and spread.",
            persist_state="session",
        )
    shown = [
        row
        for row in finished
        if word.lower() in f"{row.label} {row.model_title}".lower()
        and (not wanted or row.model_title in wanted)
        and (not data or row.data_title in data)
    ]
    return shown, grouped


def _table(lines: list[LeaderboardRow], picked: list[RunSummary]) -> None:
    if not lines:
        st.info("No run is like that: change the filters above.", icon=":material/filter_alt:")
        return
    ids = {row.id for row in picked}
    chosen = [place for place, line in enumerate(lines) if ids >= {row.id for row in line.rows}]
    head = st.container(horizontal=True, vertical_alignment="center", gap="small")
    key = f"{TABLE} {_turn(TABLE)} {hash(tuple(row.id for line in lines for row in line.rows))}"
    num_runs = sum(len(line.rows) for line in lines)
    head.caption(
        f"{pluralize(num_runs, 'finished run')}, the most accurate first. "
        f"Tick 2 to {MAX_COMPARED} to compare; click a heading to sort.",
        width="content",
    )
    head.download_button(
        "CSV", lambda: csv_export.rows_to_csv([line.values for line in lines], list(COLUMNS)),
        file_name="leaderboard.csv", icon=":material/download:", type="tertiary",
        key="leaderboard csv", on_click="ignore",
    )  # fmt: skip
    st.dataframe(
        [_shown(line) for line in lines],
        key=key,
        hide_index=True,
        row_height=ROW,
        height=HEAD + ROW * min(len(lines), MOST_ROWS),
        column_config=render.column_config(
            {name: how for name, (how, _) in COLUMNS.items()},
            {name: meaning for name, (_, meaning) in COLUMNS.items()},
        )
        | {"Run": st.column_config.TextColumn("Run", pinned=True, help=COLUMNS["Run"][1])},
        on_select=lambda: _ticked(key, lines, picked),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": chosen}},
        placeholder="–",
        alt="Finished runs with their test figures",
    )


def _shown(line: LeaderboardRow) -> dict[str, Any]:
    return {**line.values, "Accuracy": 100 * line.values["Accuracy"]}


def _ticked(key: str, lines: list[LeaderboardRow], picked: list[RunSummary]) -> None:
    """What stays ticked keeps its place; what is new comes last; hidden runs stay.

    A table that was replaced, or that only says what it was told, decides nothing.
    """
    if not key.startswith(f"{TABLE} {_turn(TABLE)} "):
        return
    ticked = [lines[place] for place in st.session_state[key].selection.rows]
    now = [row.id for line in ticked for row in line.rows]
    visible = {row.id for line in lines for row in line.rows}
    kept = [row.id for row in picked if row.id in now or row.id not in visible]
    # Of a recipe whose runs are picked only in part, the row is not ticked and decides nothing.
    kept += [
        row.id for line in lines if line not in ticked for row in line.rows
        if row in picked and not {each.id for each in line.rows} <= {each.id for each in picked}
    ]  # fmt: skip
    together = list(dict.fromkeys([*kept, *now]))
    if together == [row.id for row in picked]:
        return
    selection.pick(together)
    _turn_over(LIST)
    if len(together) > MAX_COMPARED:
        _turn_over(TABLE)


def _list(finished: list[RunSummary], picked: list[RunSummary]) -> None:
    """The picked runs in order, which is that of their colours."""
    labels = summary.unique_labels(finished)
    key = f"{LIST} {_turn(LIST)}"
    st.multiselect(
        "Compared",
        list(labels),
        default=sticky_widgets.beginning(key, [row.id for row in picked], known=labels),
        format_func=lambda run_id: labels.get(run_id, run_id),
        max_selections=MAX_COMPARED,
        placeholder="Tick runs in the table, or type a name",
        key=key,
        on_change=lambda: _listed(key),
    )


def _listed(key: str) -> None:
    selection.pick(st.session_state[key])
    _turn_over(TABLE)


def _turn(which: str) -> str:
    arrivals = st.session_state[selection.ARRIVALS]
    return f"{arrivals}.{st.session_state.get(TURNS[which], 0)}"


def _turn_over(which: str) -> None:
    st.session_state[TURNS[which]] = st.session_state.get(TURNS[which], 0) + 1


def damaged(rows: Sequence[RunSummary]) -> None:
    """Folders that are no whole runs, with the reason; nothing where there are none."""
    broken = [row for row in rows if row.state is RunState.DAMAGED]
    with st.container():
        if not broken:
            return
        title = f"{pluralize(len(broken), 'damaged run')} left out"
        with st.expander(title, icon=":material/broken_image:", key="damaged runs"):
            for row in broken:
                st.markdown(f"- {escape_markdown(row.run.problem() or row.id)}")
