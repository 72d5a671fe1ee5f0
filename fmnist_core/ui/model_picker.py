"""Which models answer: picked from all finished runs, loaded while somebody still draws."""

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
from fmnist_core.ui.image_links import LinkedImage

MOST = len(RUN_COLORS)
FIRST = ("cnn", "mlp", "resnet50")
"""What answers at first, of those that ship: three families, quick on a processor."""
PICKED, NUMBER = "asked models", "asked models list"
LONGEST = 40
"""Characters of an id that a complaint repeats."""


def pick(rows: Sequence[RunSummary], arrived: LinkedImage | None) -> dict[str, RunSummary]:
    """The picked runs under names of which no two are alike, in the order of their colours."""
    known = {row.id: row for row in summary.finished(rows)}
    if not known:
        st.info(
            "No model is here yet: train one on the Train page, and it answers here.",
            icon=":material/psychology:",
        )
        return {}
    _settle(known, arrived)
    labels = summary.unique_labels(list(known.values()))
    key = f"{PICKED} {st.session_state[NUMBER]}"
    chosen = st.multiselect(
        "Models that answer",
        list(known),
        default=sticky_widgets.beginning(key, st.session_state[PICKED], known=known),
        format_func=lambda run_id: labels.get(run_id, run_id),
        max_selections=MOST,
        placeholder="Choose up to six models",
        key=key,
        help="Any finished run: those that ship with the lab, and those of this machine.",
    )
    st.session_state[PICKED] = chosen
    picked = [known[each] for each in chosen if each in known]
    if not picked:
        st.info("Choose a model that answers.", icon=":material/psychology:")
    return dict(zip(summary.unique_names(picked), picked, strict=True))


def _settle(known: dict[str, RunSummary], arrived: LinkedImage | None) -> None:
    """What a link asks for, else what was picked before, else three to begin with.

    A list that shows what was picked elsewhere is a new one.
    """
    state = st.session_state
    state.setdefault(NUMBER, 0)
    if arrived is not None and arrived.models is not None:
        state[PICKED] = list(arrived.models)
        state[NUMBER] += 1
        missing = [each for each in arrived.models if each not in known]
        if missing:
            named = escape_markdown(", ".join(each[:LONGEST] for each in missing[:MOST]))
            st.warning(f"This link names models that are not here or not finished: {named}.")
    if PICKED not in state:
        state[PICKED] = [each for each in FIRST if each in known] or list(known)[:1]
    state[PICKED] = [each for each in state[PICKED] if each in known][:MOST]


def warm(picked: Mapping[str, RunSummary]) -> None:
    """Load them in the background, so that the first stroke need not wait for torch.

    The page is drawn before: loading torch leaves little time to others.
    """
    runs = [row.run for row in picked.values()]
    threading.Thread(target=_load, args=(runs,), daemon=True).start()


def _load(runs: Sequence[Run]) -> None:
    from fmnist_core.serving.model_cache import MODEL_CACHE

    for run in runs:
        with suppress(LabError):  # whoever asks it is told
            MODEL_CACHE.get(run)
