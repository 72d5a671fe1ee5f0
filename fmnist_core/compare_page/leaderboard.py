"""The leaderboard: filters, the table of finished runs, and the selected runs."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core import csv_export
from fmnist_core.compare_page import render, selection
from fmnist_core.comparison_report.leaderboard_rows import (
    COLUMNS,
    LeaderboardRow,
    has_repeated_runs,
    leaderboard_rows,
)
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import sticky_widgets

ROW_HEIGHT, HEADER_HEIGHT, MAX_VISIBLE_ROWS = 34, 46, 8
"""Pixels of a row and of the header with the scroll bar; rows before the table scrolls."""


def draw_leaderboard(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Draw the table and the selected runs; return the selected runs in their order."""
    finished = summary.finished_runs(runs)
    selected = selection.select_runs(finished)
    if not finished:
        st.info(
            "No run is finished yet. Train one, and it will show up here.",
            icon=":material/leaderboard:",
        )
        return []
    filtered, grouped = _draw_filters(finished)
    _draw_table(leaderboard_rows(filtered, grouped=grouped), selected)
    _draw_selected(finished, selected)
    for problem in selection.get_selection().problems:
        st.warning(escape_markdown(problem))
    return selected


def _draw_filters(finished: list[RunSummary]) -> tuple[list[RunSummary], bool]:
    """Return the runs to show, and whether runs that differ only in the seed share a row."""
    models = list(dict.fromkeys(run.model_title for run in finished))
    datasets = list(dict.fromkeys(run.data_title for run in finished))
    with st.container(horizontal=True, vertical_alignment="bottom", key="board filters"):
        query = st.text_input(
            "Search", placeholder="run or student", key="board word", width=200,
            persist_state="session",
        )  # fmt: skip
        shown_models = st.multiselect(
            "Models", models, placeholder="all", key=f"board models {models}", width=250,
        )  # fmt: skip
        shown_datasets = datasets[:1]
        if len(datasets) > 1:
            shown_datasets = st.multiselect(
                "Data", datasets, placeholder="all", key=f"board data {datasets}", width=190
            )
        grouped = has_repeated_runs(finished) and st.toggle(
            "Group repeated runs",
            value=True,
            key="board seeds",
            help="Runs that differ only in the seed share a row with their mean and spread.",
            persist_state="session",
        )
    filtered = [
        run
        for run in finished
        if query.lower() in f"{run.label} {run.model_title}".lower()
        and (not shown_models or run.model_title in shown_models)
        and (not shown_datasets or run.data_title in shown_datasets)
    ]
    return filtered, grouped


def _draw_table(rows: list[LeaderboardRow], selected: list[RunSummary]) -> None:
    if not rows:
        st.info("No runs match these filters.", icon=":material/filter_alt:")
        return
    selected_ids = {run.id for run in selected}
    heading = st.container(horizontal=True, vertical_alignment="center", gap="small")
    num_runs = sum(len(row.runs) for row in rows)
    heading.caption(
        f"{pluralize(num_runs, 'finished run')}, most accurate first. "
        f"Choose 2–{MAX_COMPARED} runs to compare. Click a column to sort.",
        width="content",
    )
    heading.download_button(
        "CSV", lambda: csv_export.rows_to_csv([row.values for row in rows], list(COLUMNS)),
        file_name="leaderboard.csv", icon=":material/download:", type="tertiary",
        key="leaderboard csv", on_click="ignore",
    )  # fmt: skip
    key = f"{_table_key()} {hash(tuple(run.id for row in rows for run in row.runs))}"
    columns = {title: column_format for title, (column_format, _) in COLUMNS.items()}
    hints = {title: hint for title, (_, hint) in COLUMNS.items()}
    run_column = st.column_config.TextColumn("Run", pinned=True, help=hints["Run"])
    checked = [index for index, row in enumerate(rows) if row.run_ids <= selected_ids]
    st.dataframe(
        [render.to_percent(row.values, columns) for row in rows],
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=HEADER_HEIGHT + ROW_HEIGHT * min(len(rows), MAX_VISIBLE_ROWS),
        column_config=render.column_config(columns, hints) | {"Run": run_column},
        on_select=lambda: _select_in_table(key, rows, selected),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": checked}},
        placeholder="–",
        alt="Finished runs with their test metrics",
    )


def _select_in_table(key: str, rows: list[LeaderboardRow], selected: list[RunSummary]) -> None:
    """Select the checked rows: what stays checked keeps its position, what is new comes last.

    Selected runs that the filters hide stay selected. An event of a table that has been replaced,
    or that only repeats the selection it was given, changes nothing.
    """
    if not key.startswith(f"{_table_key()} "):
        return
    checked = [rows[index] for index in st.session_state[key].selection.rows]
    checked_ids = [run.id for row in checked for run in row.runs]
    visible_ids = set().union(*(row.run_ids for row in rows))
    selected_ids = [run.id for run in selected]
    remaining = [
        run_id for run_id in selected_ids if run_id in checked_ids or run_id not in visible_ids
    ]
    # The row of a recipe with only some of its runs selected is unchecked, and changes nothing.
    remaining += [
        run.id for row in rows if row not in checked and not row.run_ids <= set(selected_ids)
        for run in row.runs if run.id in selected_ids
    ]  # fmt: skip
    ids = list(dict.fromkeys([*remaining, *checked_ids]))
    if ids == selected_ids:
        return
    selection.set_runs(ids)
    state = selection.get_selection()
    state.list_version += 1
    if len(ids) > MAX_COMPARED:
        state.table_version += 1


def _draw_selected(finished: list[RunSummary], selected: list[RunSummary]) -> None:
    """Draw the selected runs in the order of their colors."""
    labels = summary.unique_labels(finished)
    key = _list_key()
    st.multiselect(
        "Comparing",
        list(labels),
        default=sticky_widgets.initial_selection(key, [run.id for run in selected], known=labels),
        format_func=lambda run_id: labels.get(run_id, run_id),
        max_selections=MAX_COMPARED,
        placeholder="Choose runs in the table, or type a name",
        key=key,
        on_change=lambda: _select_in_list(key),
    )


def _select_in_list(key: str) -> None:
    selection.set_runs(st.session_state[key])
    selection.get_selection().table_version += 1


def _table_key() -> str:
    state = selection.get_selection()
    return f"leaderboard {state.num_links}.{state.table_version}"


def _list_key() -> str:
    state = selection.get_selection()
    return f"compared runs {state.num_links}.{state.list_version}"


def draw_damaged(runs: Sequence[RunSummary]) -> None:
    """List damaged run folders and what is wrong with them."""
    damaged = [run for run in runs if run.state is RunState.DAMAGED]
    with st.container():
        if not damaged:
            return
        title = f"{pluralize(len(damaged), 'damaged run')} left out"
        with st.expander(title, icon=":material/broken_image:", key="damaged runs"):
            for run in damaged:
                st.markdown(f"- {escape_markdown(run.run.damage() or run.id)}")
