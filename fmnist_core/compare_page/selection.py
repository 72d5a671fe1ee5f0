"""What is compared, on which test set and in which view: this session's state, kept in the URL.

Streamlit's own `bind="query-params"` cannot be used here: in 1.67 it writes the label of a choice
into the URL, not its key, so links would break whenever a label changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from fmnist_core.compare_page.views import VIEWS
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import link_problems, own_runs, query_params

RUNS_PARAM, VIEW_PARAM, TEST_SET_PARAM = "runs", "view", "tested"
PHOTOGRAPHS = "photographs"
"""Value of the parameter for the test set; without it, each run's own test set."""
STATE_KEY = "comparison"
EXAMPLE_PAIR = ("cnn", "mlp")
"""Ids of the example models that are compared at first: with and without a notion of neighbors."""


@dataclass
class Selection:
    """The selection of one session."""

    run_ids: list[str] | None = None
    """In the order of their colors; `None` until the page has been opened."""
    is_default: bool = False
    """Whether the page has chosen the runs; then a newer run of the user's own replaces them."""
    view: str | None = None
    on_photographs: bool = False
    """Whether the runs are tested on the real photographs, not on their own test set."""
    problems: list[str] = field(default_factory=list)
    """What a link asks for and does not exist; cleared when the selection changes."""
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

    `runs` are all runs, newest first; only finished ones are returned.
    """
    selection = get_selection()
    by_id = {run.id: run for run in runs if run.report}
    params = st.query_params.to_dict()
    if params and not query_params.is_echo(params):
        _follow_link(selection, params, by_id)
    if selection.run_ids is None or selection.is_default:
        _choose_default(selection, runs)
    assert selection.run_ids is not None
    selection.run_ids = [run_id for run_id in selection.run_ids if run_id in by_id][:MAX_COMPARED]
    _write_params(selection)
    return [by_id[run_id] for run_id in selection.run_ids]


def _follow_link(
    selection: Selection, params: Mapping[str, str], by_id: Mapping[str, RunSummary]
) -> None:
    selection.num_links += 1
    view = params.get(VIEW_PARAM)
    selection.view = view if view in VIEWS else None
    selection.on_photographs = params.get(TEST_SET_PARAM) == PHOTOGRAPHS
    ids: list[str] = []
    known: list[str] = []
    if RUNS_PARAM in params:
        ids = list(dict.fromkeys(filter(None, params[RUNS_PARAM].split(","))))
        known = [run_id for run_id in ids if run_id in by_id]
        selection.run_ids = _complete_pair(known, by_id) if view is None else known
        selection.is_default = False
    selection.problems = _link_problems(ids, known, view=view)


def _complete_pair(ids: list[str], by_id: Mapping[str, RunSummary]) -> list[str]:
    """Add the example of its kind to a single run, as after "Compare" on another page."""
    if len(ids) != 1 or by_id[ids[0]].is_example:
        return ids
    example = find_counterpart(by_id[ids[0]], list(by_id.values()))
    return [*ids, example.id] if example else ids


def _choose_default(selection: Selection, runs: Sequence[RunSummary]) -> None:
    ids = [run.id for run in default_runs(runs)]
    if selection.run_ids is not None and ids != selection.run_ids:
        selection.num_links += 1  # The widgets that show the previous choice start anew.
    selection.run_ids, selection.is_default = ids, True


def default_runs(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """Choose the user's last run and the example of its kind, else two examples.

    `runs` are all runs, newest first. Without the examples: the two most accurate runs on the data
    of the most accurate one.
    """
    finished = summary.finished_runs(runs)
    if own := own_runs.last_own_run(runs):
        counterpart = find_counterpart(own, finished)
        return [own, counterpart] if counterpart else [own]
    examples = [run for key in EXAMPLE_PAIR for run in finished if run.is_example and run.id == key]
    if len(examples) == len(EXAMPLE_PAIR):
        return examples
    return [run for run in finished if run.data == finished[0].data][:2]


def find_counterpart(run: RunSummary, runs: Sequence[RunSummary]) -> RunSummary | None:
    """Find the example model to compare a run with: of the same model, else family, else any.

    `runs` are finished, of each kind the best example first.
    """
    examples = [other for other in runs if other.is_example and other.data == run.data]
    for is_alike in (
        lambda other: other.model == run.model,
        lambda other: other.family == run.family,
        lambda other: other.id in EXAMPLE_PAIR,
    ):
        if alike := [other for other in examples if is_alike(other)]:
            return alike[0]
    return next(iter(examples), None)


def _link_problems(ids: Sequence[str], known: Sequence[str], *, view: str | None) -> list[str]:
    problems = []
    if view is not None and view not in VIEWS:
        problems.append(
            f"This link asks for a view that does not exist: {link_problems.shorten(view)}. "
            "You see the first view instead."
        )
    if unknown := [link_problems.shorten(run_id) for run_id in ids if run_id not in known]:
        listed = ", ".join(unknown[:MAX_COMPARED])
        problems.append(
            f"This link names runs that do not exist here or are not finished: {listed}. Choose "
            "others in the table."
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
    selection.is_default = False
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


def set_test_set(*, on_photographs: bool) -> None:
    """Test the runs on the real photographs, or on their own test set."""
    selection = get_selection()
    selection.on_photographs = on_photographs
    _write_params(selection)


def _write_params(selection: Selection) -> None:
    params = {RUNS_PARAM: ",".join(selection.run_ids)} if selection.run_ids else {}
    if selection.view:
        params[VIEW_PARAM] = selection.view
    if selection.on_photographs:
        params[TEST_SET_PARAM] = PHOTOGRAPHS
    query_params.write(params)
