"""Pick the run to show, and others to overlay on its charts."""

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import page_params
from fmnist_core.train_page.state import TrainState, get_state
from fmnist_core.ui import run_list

MAX_OVERLAID = len(RUN_COLORS) - 1
OVERLAID = "overlaid runs"
"""Key of the multiselect of overlaid runs."""


def request_run(run_id: str) -> None:
    """Show this run from the next rerun on."""
    get_state().requested_run = run_id


def pick_runs(runs: list[RunSummary]) -> tuple[RunSummary, list[RunSummary]]:
    """Draw two searchable select boxes; return the run to show and the overlaid ones."""
    runs_by_id = {run.id: run for run in runs}
    labels = summary.unique_labels(runs)
    shown = _update_shown_run(runs, runs_by_id)
    left, right = st.columns([1, 1])
    left.selectbox(
        "Run",
        list(runs_by_id),
        index=list(runs_by_id).index(shown),
        format_func=lambda run_id: labels[run_id],
        key=_list_key(),
        on_change=_apply_selection,
        help="Type to search by name or student.",
    )
    others = [run.id for run in runs if run.id != shown]
    overlaid = right.multiselect(
        "Compare with",
        others,
        format_func=lambda run_id: labels[run_id],
        key=OVERLAID,
        max_selections=MAX_OVERLAID,
        placeholder="Add runs to compare" if others else "No other run yet",
        disabled=not others,
    )
    return runs_by_id[shown], [runs_by_id[run_id] for run_id in overlaid]


def picked_ids(run: RunSummary) -> list[str]:
    """Ids of the shown run and of those that are overlaid."""
    return [run.id, *st.session_state.get(OVERLAID, [])]


def _update_shown_run(runs: list[RunSummary], runs_by_id: dict[str, RunSummary]) -> str:
    """Return the id of the requested run, else of the last one shown, else of the newest.

    Deleted runs are dropped from the selection.
    """
    state = get_state()
    requested, state.requested_run = state.requested_run, None
    if requested in runs_by_id:
        _set_shown_run(state, requested)
        page_params.write_run(requested)
    elif requested:
        page_params.write_run(None)
    if state.shown_run not in runs_by_id:
        newest = summary.newest_run(runs)
        _set_shown_run(state, newest.id if newest else runs[0].id)
    shown = state.shown_run or runs[0].id
    overlaid = st.session_state.get(OVERLAID, [])
    remaining = [run_id for run_id in overlaid if run_id in runs_by_id and run_id != shown]
    if remaining != overlaid:
        st.session_state[OVERLAID] = remaining
    return shown


def _set_shown_run(state: TrainState, run_id: str) -> None:
    """Show a run that was not chosen in the select box, and give the box a new key.

    Under its old key, the browser could send the old value back, as if the user had chosen it:
    see `form_state.resend`.
    """
    state.shown_run = run_id
    state.run_list_version += 1


def _list_key() -> str:
    version = get_state().run_list_version
    return f"shown run {version}" if version > 1 else "shown run"


def _apply_selection() -> None:
    run_id = st.session_state[_list_key()]
    if run_list.find_run(run_id):  # otherwise outdated: a run's label changes when it starts
        get_state().shown_run = run_id
        page_params.write_run(run_id)
