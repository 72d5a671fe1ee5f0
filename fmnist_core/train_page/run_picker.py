"""Pick the run to show, and others to overlay on its charts."""

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import page_params
from fmnist_core.train_page.state import TrainState, get_state
from fmnist_core.ui import own_runs, run_list

MAX_OVERLAID = len(RUN_COLORS) - 1
OVERLAID = "overlaid runs"
"""Key of the multiselect of overlaid runs."""
ANY_RUN = "any run"
"""Key of the select box while no run is shown."""
IMPORT_IS_OPEN = "import is open"
"""Session-state key: whether the dialog of an import is open."""
MISSING = "missing run"
"""Session-state key: whether the last link named a run that is not here."""


def request_run(run_id: str) -> None:
    """Show this run from the next rerun on."""
    get_state().requested_run = run_id


def pick_run(runs: list[RunSummary]) -> RunSummary | None:
    """Draw a searchable select box; return the run to show, or `None` if there is none to show.

    Without a choice or a link, that is the user's own newest run.
    """
    runs_by_id = {run.id: run for run in runs}
    labels = summary.unique_labels(runs)
    shown = _update_shown_run(runs, runs_by_id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="run-picker"):
        st.selectbox(
            "Run",
            list(runs_by_id),
            index=None if shown is None else list(runs_by_id).index(shown),
            format_func=lambda run_id: labels[run_id],
            key=_list_key(),
            on_change=_apply_selection,
            placeholder="Show any run …",
            label_visibility="collapsed",
            width=420,
        )
        _draw_import_button()
    return None if shown is None else runs_by_id[shown]


def _draw_import_button() -> None:
    """Draw the button that opens the dialog of an import, which is on the page itself."""
    if st.button(
        "Import",
        icon=":material/upload_file:",
        key="import run",
        type="tertiary",
        help="Import a run from another machine.",
    ):
        st.session_state[IMPORT_IS_OPEN] = True
        st.rerun()


def pick_overlaid(runs: list[RunSummary], shown: RunSummary) -> list[RunSummary]:
    """Draw a button that opens a list of other runs; return the chosen ones."""
    runs_by_id = {run.id: run for run in runs}
    labels = summary.unique_labels(runs)
    others = [run.id for run in runs if run.id != shown.id]
    num_overlaid = len(st.session_state.get(OVERLAID, []))
    label = f"Overlay · {num_overlaid}" if num_overlaid else "Overlay"
    with st.popover(label, icon=":material/stacked_line_chart:", key="overlay"):
        overlaid = st.multiselect(
            "Add runs to compare",
            others,
            format_func=lambda run_id: labels[run_id],
            key=OVERLAID,
            max_selections=MAX_OVERLAID,
            placeholder="Type a name" if others else "No other run yet",
            disabled=not others,
            help="Their curves are drawn over those of the shown run.",
            width=360,
        )
    return [runs_by_id[run_id] for run_id in overlaid]


def overlaid_ids(run: RunSummary) -> list[str]:
    """Ids of the runs that are overlaid on this one."""
    return [run_id for run_id in st.session_state.get(OVERLAID, []) if run_id != run.id]


def draw_missing_run() -> None:
    """Say that the run of the last link is not here; always one block."""
    with st.container():
        if st.session_state.get(MISSING):
            st.warning(
                "The run in this link is not here: it may have been deleted, or trained on "
                "another machine.",
                icon=":material/link_off:",
            )


def _update_shown_run(runs: list[RunSummary], runs_by_id: dict[str, RunSummary]) -> str | None:
    """Return the id of the requested run, else of the last one shown, else of the newest own one.

    Deleted runs are dropped from the selection.
    """
    state = get_state()
    requested, state.requested_run = state.requested_run, None
    if requested and requested not in runs_by_id and _is_new(requested):
        state.requested_run = requested
        st.rerun()  # the whole page: the queue and the refreshes need to know it, too
    if requested in runs_by_id:
        _set_shown_run(state, requested)
        page_params.write_run(requested)
    elif requested:
        st.session_state[MISSING] = True
        state.shown_run = None
        page_params.write_run(None)
    if state.shown_run not in runs_by_id:
        if state.shown_run:  # it was deleted
            page_params.write_run(None)
            state.shown_run = None
        newest = summary.newest_run(own_runs.own_runs(runs))
        if newest and not st.session_state.get(MISSING):
            _set_shown_run(state, newest.id)
    shown = state.shown_run
    overlaid = st.session_state.get(OVERLAID, [])
    remaining = [run_id for run_id in overlaid if run_id in runs_by_id and run_id != shown]
    if remaining != overlaid:
        st.session_state[OVERLAID] = remaining
    return shown


def _is_new(run_id: str) -> bool:
    """Whether this run is on the disk, newer than the list of runs that all sessions share."""
    run_list.refresh()
    return run_list.find_run(run_id) is not None


def _set_shown_run(state: TrainState, run_id: str) -> None:
    """Show a run that was not chosen in the select box, and give the box a new key.

    Under its old key, the browser could send the old value back, as if the user had chosen it:
    see `form_state.resend`.
    """
    state.shown_run = run_id
    state.run_list_version += 1
    st.session_state[MISSING] = False


def _list_key() -> str:
    state = get_state()
    if state.shown_run is None:
        return ANY_RUN
    version = state.run_list_version
    return f"shown run {version}" if version > 1 else "shown run"


def _apply_selection() -> None:
    run_id = st.session_state[_list_key()]
    if run_list.find_run(run_id):  # otherwise outdated: a run's label changes when it starts
        state = get_state()
        if state.shown_run is None:
            _set_shown_run(state, run_id)
        state.shown_run = run_id
        page_params.write_run(run_id)
