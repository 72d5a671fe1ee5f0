"""What a run will cost, before it is started."""

import time

import streamlit as st

from fmnist_core import formatting
from fmnist_core.jobs import measurements
from fmnist_core.train_page import run_header
from fmnist_core.training.cost_estimate import Estimate, PhaseCost, asked_for, known_estimate
from fmnist_core.training.recipe import Recipe

POLL_SECONDS = 1.0
SETTLE_SECONDS = 1.0
"""A knob in motion is not measured: each measurement takes seconds of processor time."""


def show(recipe: Recipe, *, possible: bool) -> Estimate | None:
    """The cost of `recipe`; measured in the background where nobody has before."""
    estimate = known_estimate(recipe)
    waiting = estimate is None and possible and measurements.cost_problem(recipe) is None
    st.fragment(_card, run_every=POLL_SECONDS if waiting else None)(recipe, possible)
    return estimate


def _card(recipe: Recipe, possible: bool) -> None:
    estimate = known_estimate(recipe)
    problem = measurements.cost_problem(recipe)
    _figures(recipe, estimate)
    if estimate is not None or problem:
        if st.session_state.pop("measuring", None):
            st.rerun()  # without polling
        if estimate:
            st.caption("  \n".join([*phase_lines(recipe, estimate), *_how(recipe, estimate)]))
        else:
            st.warning(problem, icon=":material/memory:")
    elif possible:
        _measure(recipe)
        st.caption(":material/hourglass_top: Measuring on this machine, with a few batches …")
    else:
        st.caption("It can be measured once the data are here.")


def _measure(recipe: Recipe) -> None:
    asked = asked_for(recipe)
    before, since = st.session_state.get("measuring", ("", 0.0))
    if before != asked:
        st.session_state["measuring"] = (asked, time.monotonic())
    elif time.monotonic() - since >= SETTLE_SECONDS:
        measurements.request_cost(recipe)


def _figures(recipe: Recipe, estimate: Estimate | None) -> None:
    figures = ("…",) * 4
    if estimate:
        figures = (
            formatting.duration(estimate.seconds(recipe)),
            formatting.count(estimate.parameters),
            formatting.count(estimate.flops_per_image),
            formatting.memory(estimate.memory_bytes),
        )
    columns = st.columns(2) * 2
    for column, (label, meaning), figure in zip(columns, FIGURES, figures, strict=True):
        column.metric(label, figure, help=meaning)


FIGURES = (
    ("Expected time", "The whole run on this machine, with validation and the final test."),
    ("Parameters", "Numbers that the model learns."),
    (
        "FLOPs per image",
        "Floating-point operations for one answer: additions and multiplications, counted apart.",
    ),
    ("Memory", "The most that the training process holds."),
)


def _how(recipe: Recipe, estimate: Estimate) -> list[str]:
    said = [
        f"Measured on {estimate.device}, {estimate.precision}: "
        f"{estimate.images_per_second:,.0f} images/s while training."
    ]
    parts = run_header.parts(recipe, estimate.micro_batch)
    return [f"{parts}, to fit into memory.", *said] if parts else said


def phase_lines(recipe: Recipe, estimate: Estimate) -> list[str]:
    """What each phase takes, where there are several or one that computes features first."""
    priced = list(zip(recipe.phases, estimate.phases, strict=True))
    if len(priced) == 1 and not priced[0][1].seconds_once:
        return []
    return [
        f"{number}\\. {phase.title}: {_once_words(cost)}"
        f"{formatting.plural(phase.epochs, 'epoch')} × {formatting.pace(cost.seconds_per_epoch)}"
        for number, (phase, cost) in enumerate(priced, start=1)
    ]


def _once_words(cost: PhaseCost) -> str:
    if not cost.seconds_once:
        return ""
    return f"features computed once, {formatting.pace(cost.seconds_once)}, then "
