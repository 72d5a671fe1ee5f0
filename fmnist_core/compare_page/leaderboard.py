"""The leaderboard: the table of finished runs, how it is filtered, and the selected runs."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from fmnist_core.compare_page import ablation, leaderboard_table, photograph_loading, selection
from fmnist_core.compare_page.search_trials import search_names, select_trials
from fmnist_core.comparison_report.grading_csv import grading_csv
from fmnist_core.comparison_report.leaderboard_rows import (
    LeaderboardRow,
    has_repeated_runs,
    leaderboard_rows,
)
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import downloads, own_runs, sticky_widgets

MORE_COLUMNS, GROUPED = "board more columns", "board repeated"
ALL_TRIALS = "board all trials"
"""Keys of the toggles."""


def draw_leaderboard(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Draw the table and the selected runs; return the selected runs in their order."""
    finished = summary.finished_runs(runs)
    selected = selection.select_runs(runs)
    if not finished:
        st.info(
            "No run is finished yet. Train one, and it will show up here.",
            icon=":material/leaderboard:",
        )
        return []
    with st.container(key="compare-board", gap="xsmall"):
        toolbar = st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="compare-toolbar"
        )
        with toolbar:
            filtered, grouped = _draw_filters(finished)
        on_photographs = selection.get_selection().on_photographs
        accuracies = photograph_loading.known_accuracies(filtered) if on_photographs else None
        rows = leaderboard_rows(filtered, grouped=grouped, photograph_accuracies=accuracies)
        rows.sort(key=lambda row: not any(map(own_runs.is_own, row.runs)))
        with toolbar:
            _draw_options(rows)
        _draw_table(rows, selected)
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="compare-selected"
        ):
            _draw_selected(finished, selected)
            _draw_test_set(selected)
            st.button(
                "Fair test",
                icon=":material/science:",
                key="open fair test",
                help="Change one setting of a run, and train both versions: what makes the "
                "difference?",
                disabled=not selected,
                on_click=ablation.open_panel,
            )
    for problem in selection.get_selection().problems:
        st.warning(escape_markdown(problem))
    return selected


def _draw_filters(finished: list[RunSummary]) -> tuple[list[RunSummary], bool]:
    """Draw the search and the filters; return the runs to show, and whether to group them."""
    models = list(dict.fromkeys(run.model_title for run in finished))
    datasets = list(dict.fromkeys(run.data_title for run in finished))
    st.html('<h2 class="visually-hidden">Finished runs</h2>', width="content")
    counter = st.container(width="stretch")
    query = st.text_input(
        "Search", placeholder="Search: run or student", key="board word", width=210,
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    with st.popover("Filter", icon=":material/filter_alt:", type="tertiary"):
        shown_models = st.multiselect(
            "Models", models, placeholder="all", key=f"board models {models}", width=300,
        )  # fmt: skip
        shown_datasets = datasets[:1]
        if len(datasets) > 1:
            shown_datasets = st.multiselect(
                "Data", datasets, placeholder="all", key=f"board data {datasets}", width=300
            )
        of_searches, all_trials = _draw_search_filters(finished)
        grouped = st.toggle(
            "Group repeated runs",
            key=GROUPED,
            disabled=not has_repeated_runs(finished),
            help="Runs of one person that differ only in the seed share a row, with their mean "
            "and spread.",
            persist_state="session",
        )
    filtered = [
        run
        for run in finished
        if query.lower() in f"{run.label} {run.model_title}".lower()
        and (not shown_models or run.model_title in shown_models)
        and (not shown_datasets or run.data_title in shown_datasets)
    ]
    num_matching = len(filtered)
    filtered = select_trials(filtered, of_searches=of_searches, all_trials=all_trials)
    has_hidden_trials = len(filtered) < num_matching and not of_searches
    part = "" if len(filtered) == len(finished) else f"{len(filtered)} of "
    order = "yours first" if own_runs.own_runs(filtered) else "most accurate first"
    counter.caption(
        f"{part}{pluralize(len(finished), 'finished run')}, {order}. "
        + ("Of each search, only the best trial. " if has_hidden_trials else "")
        + f"Choose 2–{MAX_COMPARED} to compare."
    )
    return filtered, grouped and has_repeated_runs(finished)


def _draw_search_filters(finished: list[RunSummary]) -> tuple[list[str], bool]:
    """Draw what to show of searches: the ids of some, and whether all their trials are shown."""
    names = search_names(finished)
    if not names:
        return [], False
    of_searches = st.multiselect(
        "Searches",
        list(names),
        format_func=names.__getitem__,
        placeholder="all",
        key=f"board searches {list(names)}",
        width=300,
        help="Only the trials of these searches.",
    )
    all_trials = st.toggle(
        "All trials of searches",
        key=ALL_TRIALS,
        disabled=bool(of_searches),
        help="Else each search is listed with the trial that was best on its validation images.",
        persist_state="session",
    )
    return of_searches, all_trials


def _draw_options(rows: Sequence[LeaderboardRow]) -> None:
    st.toggle("More columns", key=MORE_COLUMNS, persist_state="session")
    downloads.download_button(
        "CSV",
        partial(grading_csv, [run for row in rows for run in row.runs]),
        file_name="leaderboard.csv",
        icon=":material/download:",
        type="tertiary",
        key="leaderboard csv",
        help="One row per run: student, seed, changed settings, date and results.",
    )


def _draw_table(rows: list[LeaderboardRow], selected: list[RunSummary]) -> None:
    if not rows:
        st.info("No runs match these filters.", icon=":material/filter_alt:")
        return
    selected_ids = {run.id for run in selected}
    has_all_columns = bool(st.session_state.get(MORE_COLUMNS))
    on_photographs = selection.get_selection().on_photographs
    shown = hash((has_all_columns, on_photographs, *(run.id for row in rows for run in row.runs)))
    key = f"{_table_key()} {shown}"
    leaderboard_table.draw_table(
        rows,
        checked=[index for index, row in enumerate(rows) if row.run_ids <= selected_ids],
        has_all_columns=has_all_columns,
        on_photographs=on_photographs,
        key=key,
        on_select=lambda: _select_in_table(key, rows, selected),
    )


def _draw_test_set(selected: Sequence[RunSummary]) -> None:
    """Draw the switch between the runs' own test set and the real photographs."""
    state = selection.get_selection()
    own = " / ".join(dict.fromkeys(run.data_title for run in selected)) or "the test set"
    key = f"tested on {state.num_links}"
    st.segmented_control(
        "Tested on",
        [False, True],
        default=state.on_photographs,
        format_func=lambda on_photographs: "On real photographs" if on_photographs else f"On {own}",
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: selection.set_test_set(on_photographs=st.session_state[key]),
        help="The test images of the data set, or 300 photographs of clothes that people took "
        "with their phones.",
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
        label_visibility="collapsed",
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
