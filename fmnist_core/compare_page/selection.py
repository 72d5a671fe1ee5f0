"""Which runs are compared and in which view: this session's state, mirrored in the URL.

Streamlit's own `bind="query-params"` cannot be used here: in 1.67 it writes the label of a choice
into the URL, not its key, so links would break whenever a label changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st

from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import query_params

RUNS_PARAM, VIEW_PARAM = "runs", "view"
STATE_KEY = "comparison"
MAX_ID_LENGTH = 40
"""Characters of an unknown id that a message repeats."""


@dataclass
class Selection:
    """The selection of one session."""

    run_ids: list[str] | None = None
    """In the order of their colors; `None` until the page has been opened."""
    view: str | None = None
    problems: list[str] = field(default_factory=list)
    """Messages about requested runs that are unavailable; cleared when the selection changes."""
    num_links: int = 0
    """Incremented when a link sets the selection, which resets the widgets that show it."""
    table_version: int = 0
    list_version: int = 0
    """Incremented when the selection changes elsewhere: with a new key, a widget shows the new
    selection; under its old key it would restore its own.
    """


def get_selection() -> Selection:
    """Return the selection of this session."""
    selection: Selection = st.session_state.setdefault(STATE_KEY, Selection())
    return selection


def select_runs(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Return the runs that a link names, else those selected before, else two to start with.

    `runs` are the finished runs, most accurate first.
    """
    selection = get_selection()
    by_id = {run.id: run for run in runs}
    params = st.query_params.to_dict()
    if params and not query_params.is_echo(params):
        selection.num_links += 1
        selection.view = params.get(VIEW_PARAM)
        if RUNS_PARAM in params:
            ids = list(dict.fromkeys(filter(None, params[RUNS_PARAM].split(","))))
            known = [run_id for run_id in ids if run_id in by_id]
            selection.run_ids = known
            selection.problems = _link_problems(ids, known)
    if selection.run_ids is None:
        selection.run_ids = [run.id for run in _initial_runs(runs)]
    selection.run_ids = [run_id for run_id in selection.run_ids if run_id in by_id][:MAX_COMPARED]
    _write_params(selection)
    return [by_id[run_id] for run_id in selection.run_ids]


def _initial_runs(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Choose the best run and the best of another model family, on the same data.

    Real data come before synthetic ones, and a run of the same family before none.
    """
    if not runs:
        return []
    on_real_data = [run for run in runs if run.data != "drawn"] or list(runs)
    best, *others = [run for run in on_real_data if run.data == on_real_data[0].data]
    other_families = [run for run in others if run.family != best.family] or others
    return [best, *other_families[:1]]


def _link_problems(ids: Sequence[str], known: Sequence[str]) -> list[str]:
    problems = []
    if unknown := [run_id[:MAX_ID_LENGTH] for run_id in ids if run_id not in known]:
        listed = ", ".join(unknown[:MAX_COMPARED])
        problems.append(
            f"This link names runs that do not exist here or are not finished: {listed}."
        )
    if len(known) > MAX_COMPARED:
        problems.append(
            f"This link names more than {MAX_COMPARED} runs; the first {MAX_COMPARED} are compared."
        )
    return problems


def set_runs(ids: Sequence[str]) -> None:
    """Compare these runs from the next rerun on."""
    selection = get_selection()
    selection.run_ids = list(ids)[:MAX_COMPARED]
    selection.problems = []
    if len(ids) > MAX_COMPARED:
        selection.problems.append(
            f"At most {MAX_COMPARED} runs can be compared at once; the first {MAX_COMPARED} are "
            "kept."
        )


def set_view(key: str) -> None:
    """Open another view."""
    selection = get_selection()
    selection.view = key
    _write_params(selection)


def _write_params(selection: Selection) -> None:
    params = {RUNS_PARAM: ",".join(selection.run_ids)} if selection.run_ids else {}
    if selection.view:
        params[VIEW_PARAM] = selection.view
    query_params.write(params)
