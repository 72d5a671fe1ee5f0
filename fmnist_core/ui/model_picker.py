"""Choose the models that predict, from all finished runs, and load them in the background."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.errors import LabError
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs import summary, zoo
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import link_problems, own_runs, sticky_widgets
from fmnist_core.ui.query_params import PageLink

MAX_MODELS = len(RUN_COLORS)
PICKED_KEY, LIST_VERSION_KEY = "picked models", "picked models list"
"""Session-state keys of the picked run ids, and of the version in the multiselect's own key."""
SEEN_OWN_KEY = "picked models own run"
"""Session-state key of the id of the user's last own run when it was last compared."""


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
    with st.container(key="model-picker"):
        current: Sequence[str] = st.session_state.get(key, st.session_state[PICKED_KEY])
        titles = [finished[run_id].title for run_id in current if run_id in finished]
        with st.popover(
            f"Models: {escape_markdown(', '.join(titles) or 'none')}",
            icon=":material/psychology:", key="models popover",
        ):  # fmt: skip
            default = sticky_widgets.initial_selection(
                key, st.session_state[PICKED_KEY], known=finished
            )
            run_ids = st.multiselect(
                f"Choose up to {MAX_MODELS} models",
                list(finished),
                default=default,
                format_func=lambda run_id: labels.get(run_id, run_id),
                max_selections=MAX_MODELS,
                select_all=False,
                wrap=True,
                placeholder="Choose a model",
                key=key,
                help="Any finished run: the example models and the runs on this machine.",
            )
    st.session_state[PICKED_KEY] = run_ids
    picked = [finished[run_id] for run_id in run_ids if run_id in finished]
    if not picked:
        st.info("Choose at least one model.", icon=":material/psychology:")
    return dict(zip(summary.unique_names(picked), picked, strict=True))


def follow_link(runs: Sequence[RunSummary], link: PageLink | None) -> None:
    """Pick the models that a link names, on a page or view that does not draw the choice."""
    finished = {run.id: run for run in summary.finished_runs(runs)}
    if finished:
        _update_picked(finished, link)


def picked_ids() -> list[str]:
    """Ids of the picked runs, also on a page or view that does not draw the choice."""
    return list(st.session_state.get(PICKED_KEY, []))


def _update_picked(finished: Mapping[str, RunSummary], link: PageLink | None) -> None:
    """Set the picked ids: those of the link, else those picked before, else the default ones.

    The user's own last run is added once, when it finishes. Ids that code sets give the multiselect
    a new key, since a widget ignores a new default.
    """
    state = st.session_state
    state.setdefault(LIST_VERSION_KEY, 0)
    own_id = _last_own_id(finished)
    if link is not None and link.models is not None:
        state[PICKED_KEY] = list(link.models)
        state[LIST_VERSION_KEY] += 1
        state[SEEN_OWN_KEY] = own_id
        _report_unknown([run_id for run_id in link.models if run_id not in finished])
    if PICKED_KEY not in state:
        defaults = [run_id for run_id in zoo.PREDICTING if run_id in finished]
        state[PICKED_KEY] = defaults or list(finished)[:1]
    seen = state.get(SEEN_OWN_KEY)
    if own_id is not None and own_id != seen:
        if own_id not in state[PICKED_KEY]:
            others = [run_id for run_id in state[PICKED_KEY] if run_id != seen]
            state[PICKED_KEY] = [own_id, *others]
            state[LIST_VERSION_KEY] += 1
        state[SEEN_OWN_KEY] = own_id
    state[PICKED_KEY] = [run_id for run_id in state[PICKED_KEY] if run_id in finished][:MAX_MODELS]


def _last_own_id(finished: Mapping[str, RunSummary]) -> str | None:
    newest_first = sorted(finished.values(), key=lambda run: run.created, reverse=True)
    own = own_runs.last_own_run(newest_first)
    return None if own is None else own.id


def _report_unknown(run_ids: Sequence[str]) -> None:
    if run_ids:
        ids = ", ".join(map(link_problems.shorten, run_ids[:MAX_MODELS]))
        link_problems.add(f"This link names models that are not here or not finished: {ids}.")


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
