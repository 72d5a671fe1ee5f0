"""What a run will cost, before it is started."""

import time

import streamlit as st

from fmnist_core.runs import estimates
from fmnist_core.training.estimate import COST_FIELDS, Estimate, known_estimate
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import wording

POLL_SECONDS = 1.0
SETTLE_SECONDS = 1.0
"""A knob in motion is not measured: each measurement takes seconds of processor time."""


def show(recipe: Recipe, *, possible: bool) -> Estimate | None:
    """The cost of `recipe`; measured in the background where nobody has before."""
    estimate = known_estimate(recipe)
    waiting = estimate is None and possible and estimates.problem(recipe) is None
    st.fragment(_card, run_every=POLL_SECONDS if waiting else None)(recipe, possible)
    return estimate


def _card(recipe: Recipe, possible: bool) -> None:
    estimate = known_estimate(recipe)
    problem = estimates.problem(recipe)
    with st.container(horizontal=True, gap="medium"):
        _figures(recipe, estimate)
    if estimate is not None or problem:
        if st.session_state.pop("measuring", None):
            st.rerun()  # without polling
        st.caption(problem or _how(estimate))
    elif possible:
        _measure(recipe)
        st.caption(":material/hourglass_top: Measuring on this machine, with a few batches …")
    else:
        st.caption("It can be measured once the data are here.")


def _measure(recipe: Recipe) -> None:
    asked = recipe.model_dump_json(include=set(COST_FIELDS))
    before, since = st.session_state.get("measuring", ("", 0.0))
    if before != asked:
        st.session_state["measuring"] = (asked, time.monotonic())
    elif time.monotonic() - since >= SETTLE_SECONDS:
        estimates.request(recipe)


def _figures(recipe: Recipe, estimate: Estimate | None) -> None:
    figures = ("…",) * 4
    if estimate:
        figures = (
            wording.duration(estimate.seconds(recipe)),
            wording.count(estimate.parameters),
            wording.count(estimate.flops_per_image),
            wording.memory(estimate.memory_bytes),
        )
    for (label, meaning), figure in zip(FIGURES, figures, strict=True):
        st.metric(label, figure, help=meaning, width="content")


FIGURES = (
    ("Expected time", "The whole run on this machine, with validation and the final test."),
    ("Parameters", "Numbers that the model learns."),
    (
        "FLOPs per image",
        "Floating-point operations for one answer: additions and multiplications, counted apart.",
    ),
    ("Memory", "The most that the training process holds."),
)


def _how(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    return (
        f"Measured on {estimate.device}, {estimate.precision}: "
        f"{estimate.images_per_second:,.0f} images/s while training."
    )
