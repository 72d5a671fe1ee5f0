"""Choose the run to look into, and the epoch after which it is shown."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.look_inside_page.page_state import EPOCH, IS_LINKED, RUN
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import link_problems, model_picker, sticky_widgets

DEFAULT_RUN = "cnn"
"""The example model whose maps are the easiest to read."""
FINAL = "final"
NO_MODELS = "No models yet. Train one on the Train page to look inside it."


def usable_runs(runs: Sequence[RunSummary]) -> dict[str, RunSummary]:
    """Runs that have weights, by their id: finished ones, and those that have saved epochs."""
    finished = {run.id for run in summary.finished_runs(runs)}
    return {
        run.id: run for run in runs if run.id in finished or (run.recipe and run.run.saved_epochs())
    }


def pick_model(runs: Sequence[RunSummary]) -> tuple[RunSummary, int | None] | None:
    """Draw the choice of a run and of its epoch; `None` if there is no run.

    The epoch is `None` for the final weights.
    """
    usable = usable_runs(runs)
    if not usable:
        st.info(NO_MODELS, icon=":material/psychology:")
        return None
    state = st.session_state
    if state.get(RUN) not in usable:
        if state.get(RUN) is not None:
            link_problems.add(
                f"The model '{link_problems.shorten(state[RUN])}' is not here, or has no weights "
                "yet."
            )
        state[RUN] = _default_run(usable)
        state[EPOCH] = None
    labels = summary.unique_labels(list(usable.values()))
    with st.container(key="inside-model"):
        before = state[RUN]
        run_id = sticky_widgets.selectbox(
            "Model", list(usable), key=RUN, format_func=lambda run_id: labels.get(run_id, run_id)
        )
        run = usable[run_id]
        if run_id != before:
            state[EPOCH] = None
            state[IS_LINKED] = False
        return run, _pick_epoch(run)


def _default_run(usable: dict[str, RunSummary]) -> str:
    picked = [run_id for run_id in model_picker.picked_ids() if run_id in usable]
    if picked:
        return picked[0]
    return DEFAULT_RUN if DEFAULT_RUN in usable else next(iter(usable))


def _pick_epoch(run: RunSummary) -> int | None:
    """Draw the slider over the epochs that the run has kept; the final weights come last."""
    state = st.session_state
    options: list[int | None] = [*run.run.saved_epochs()]
    if run.report is not None:
        options.append(None)
    if state.get(EPOCH) not in options:
        if state.get(EPOCH) is not None and state.get(IS_LINKED, False):
            link_problems.add(
                f"This link asks for epoch {state[EPOCH]}, whose weights this run has not kept: "
                "the newest are shown."
            )
        state[EPOCH] = options[-1]
    if len(options) == 1:
        return options[0]
    return sticky_widgets.select_slider(
        "Weights after epoch", options, key=EPOCH,
        format_func=lambda epoch: FINAL if epoch is None else str(epoch),
        help="How the network changed while it learned. *final* are the weights that the run kept: "
        "those of its best epoch.",
    )  # fmt: skip
