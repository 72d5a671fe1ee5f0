"""Choose the models that predict, from all finished runs, and load them in the background."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.errors import LabError
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs import summary
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import sticky_widgets
from fmnist_core.ui.query_params import PageLink

MAX_MODELS = len(RUN_COLORS)
DEFAULT_MODELS = ("cnn", "mlp", "resnet50")
"""Example models selected by default: three families, quick on a CPU."""
PICKED_KEY, LIST_VERSION_KEY = "picked models", "picked models list"
"""Session-state keys of the picked run ids, and of the version in the multiselect's own key."""
MAX_ID_LENGTH = 40
"""Characters of an unknown id that the warning repeats."""


def pick_models(runs: Sequence[RunSummary], link: PageLink | None) -> dict[str, RunSummary]:
    """Draw the choice of models; return the picked runs by unique name, in the order of colors."""
    finished = {run.id: run for run in summary.finished_runs(runs)}
    if not finished:
        st.info(
            "No models yet. Train one on the Train page to use it here.",
            icon=":material/psychology:",
        )
        return {}
    _update_picked(finished, link)
    labels = summary.unique_labels(list(finished.values()))
    key = f"{PICKED_KEY} {st.session_state[LIST_VERSION_KEY]}"
    run_ids = st.multiselect(
        "Models",
        list(finished),
        default=sticky_widgets.initial_selection(key, st.session_state[PICKED_KEY], known=finished),
        format_func=lambda run_id: labels.get(run_id, run_id),
        max_selections=MAX_MODELS,
        placeholder=f"Choose up to {MAX_MODELS} models",
        key=key,
        help="Any finished run: the example models and the runs on this machine.",
    )
    st.session_state[PICKED_KEY] = run_ids
    picked = [finished[run_id] for run_id in run_ids if run_id in finished]
    if not picked:
        st.info("Choose at least one model.", icon=":material/psychology:")
    return dict(zip(summary.unique_names(picked), picked, strict=True))


def _update_picked(finished: Mapping[str, RunSummary], link: PageLink | None) -> None:
    """Set the picked ids: those of the link, else those picked before, else the default ones.

    A link also gives the multiselect a new key, since a widget ignores a new default.
    """
    state = st.session_state
    state.setdefault(LIST_VERSION_KEY, 0)
    if link is not None and link.models is not None:
        state[PICKED_KEY] = list(link.models)
        state[LIST_VERSION_KEY] += 1
        unknown = [run_id for run_id in link.models if run_id not in finished]
        if unknown:
            ids = ", ".join(run_id[:MAX_ID_LENGTH] for run_id in unknown[:MAX_MODELS])
            st.warning(
                f"This link names models that are not here or not finished: {escape_markdown(ids)}."
            )
    if PICKED_KEY not in state:
        defaults = [run_id for run_id in DEFAULT_MODELS if run_id in finished]
        state[PICKED_KEY] = defaults or list(finished)[:1]
    state[PICKED_KEY] = [run_id for run_id in state[PICKED_KEY] if run_id in finished][:MAX_MODELS]


def preload(models: Mapping[str, RunSummary]) -> None:
    """Load the models in the background, so that the first stroke need not wait for torch.

    Call it last on a page: loading torch slows down everything else.
    """
    runs = [run.run for run in models.values()]
    threading.Thread(target=_load, args=(runs,), daemon=True).start()


def _load(runs: Sequence[Run]) -> None:
    from fmnist_core.serving.model_cache import MODEL_CACHE

    for run in runs:
        with suppress(LabError):  # predicting with it shows the error
            MODEL_CACHE.get(run)
