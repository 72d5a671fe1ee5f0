"""What a run will cost, before it is started."""

import time

import streamlit as st

from fmnist_core import formatting
from fmnist_core.jobs import measurements
from fmnist_core.train_page import run_header
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost, cache_key, load_estimate
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import polling

POLL_SECONDS = 1.0
SETTLE_SECONDS = 1.0
"""A knob in motion is not measured: each measurement takes seconds of processor time."""


def show(recipe: Recipe, *, possible: bool) -> CostEstimate | None:
    """The cost of `recipe`; measured in the background where nobody has before."""
    estimate = load_estimate(recipe)

    def is_waiting() -> bool:
        problem = measurements.cost_problem(recipe)
        return possible and load_estimate(recipe) is None and problem is None

    every = POLL_SECONDS if is_waiting() else None
    polling.poll(_card, every=every, watch=is_waiting)(recipe, possible)
    return estimate


def _card(recipe: Recipe, possible: bool) -> None:
    estimate = load_estimate(recipe)
    problem = measurements.cost_problem(recipe)
    _figures(recipe, estimate)
    if estimate is not None or problem:
        st.session_state.pop("measuring", None)
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
    asked = cache_key(recipe)
    before, since = st.session_state.get("measuring", ("", 0.0))
    if before != asked:
        st.session_state["measuring"] = (asked, time.monotonic())
    elif time.monotonic() - since >= SETTLE_SECONDS:
        measurements.request_cost(recipe)


def _figures(recipe: Recipe, estimate: CostEstimate | None) -> None:
    figures = ("…",) * 4
    if estimate:
        figures = (
            formatting.format_duration(estimate.total_seconds(recipe)),
            formatting.format_count(estimate.parameters),
            formatting.format_count(estimate.flops_per_image),
            formatting.format_bytes(estimate.memory_bytes),
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


def _how(recipe: Recipe, estimate: CostEstimate) -> list[str]:
    said = [
        f"Measured on {estimate.device}, {estimate.precision}: "
        f"{estimate.images_per_second:,.0f} images/s while training."
    ]
    parts = run_header.parts(recipe, estimate.micro_batch)
    return [f"{parts}, to fit into memory.", *said] if parts else said


def phase_lines(recipe: Recipe, estimate: CostEstimate) -> list[str]:
    """What each phase takes, where there are several or one that computes features first."""
    priced = list(zip(recipe.phases, estimate.phases, strict=True))
    if len(priced) == 1 and not priced[0][1].seconds_once:
        return []
    return [
        f"{number}\\. {phase.title}: {_once_words(cost)}"
        f"{formatting.pluralize(phase.epochs, 'epoch')} × {formatting.format_seconds(cost.seconds_per_epoch)}"
        for number, (phase, cost) in enumerate(priced, start=1)
    ]


def _once_words(cost: PhaseCost) -> str:
    if not cost.seconds_once:
        return ""
    return f"features computed once, {formatting.format_seconds(cost.seconds_once)}, then "
