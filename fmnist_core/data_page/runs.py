"""Choose the run whose features and predictions the views show."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.data_page import state
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import link_problems, model_picker, run_list, sticky_widgets

DEFAULT_RUN = "cnn"
"""An example model that is quick and accurate."""
NO_RUNS = "No models yet. Train one on the Train page to see what it makes of the images."


def usable_runs() -> list[RunSummary]:
    """The finished runs, the most accurate first."""
    return summary.finished_runs(run_list.runs())


def pick_run(*, with_epochs: bool = False, label: str = "Model") -> RunSummary | None:
    """Draw the choice of a run; `None`, and a sentence, without one.

    With `with_epochs`, runs that have saved epochs come first, also those that still train.
    """
    runs = {run.id: run for run in (_runs_with_epochs() if with_epochs else usable_runs())}
    if not runs:
        st.info(NO_RUNS, icon=":material/psychology:")
        return None
    labels = summary.unique_labels(list(runs.values()))
    _set_default(list(runs))
    run_id = sticky_widgets.selectbox(
        label, list(runs), key=state.key("models"), format_func=lambda run_id: labels[run_id]
    )
    return runs[run_id]


def current_run() -> RunSummary | None:
    """The chosen run, on a view that does not draw the choice."""
    runs = {run.id: run for run in usable_runs()}
    _set_default(list(runs))
    return runs.get(state.get("models") or "")


def name_of(run: RunSummary) -> str:
    """The run's name in a sentence, as Markdown."""
    return escape_markdown(run.title)


def _runs_with_epochs() -> list[RunSummary]:
    """The finished runs and those that have saved an epoch, runs with several epochs first."""
    unfinished = [
        run
        for run in run_list.runs()
        if run.report is None and run.recipe is not None and run.run.saved_epochs()
    ]
    return sorted([*unfinished, *usable_runs()], key=lambda run: len(run.run.saved_epochs()) < 2)


def _set_default(run_ids: Sequence[str]) -> None:
    """Choose the model that the user has picked on another page, else an example."""
    chosen = state.get("models")
    if chosen in run_ids:
        return
    if chosen is not None:
        name = link_problems.shorten(chosen)
        link_problems.add(f"The model '{name}' is not here or not finished.")
    candidates = [*model_picker.picked_ids(), DEFAULT_RUN, *run_ids]
    state.put(models=next((run_id for run_id in candidates if run_id in run_ids), None))
