"""The estimated time and memory of a run, before it starts."""

import time

import streamlit as st

from fmnist_core.formatting import (
    format_bytes,
    format_count,
    format_duration,
    format_seconds,
    pluralize,
)
from fmnist_core.jobs import measurements
from fmnist_core.train_page import run_header
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost, cache_key, load_estimate
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import polling

POLL_SECONDS = 1.0
SETTLE_SECONDS = 1.0
"""How long settings must be unchanged before a measurement, which takes seconds of CPU time."""
PENDING_KEY = "cost to measure"
"""Session-state key: which cost is to be measured, and since when (monotonic clock)."""
LABELS = ("Expected time", "Parameters", "FLOPs per image", "Memory")


def draw_cost(recipe: Recipe, *, can_measure: bool) -> CostEstimate | None:
    """Draw the card and return the estimate; without one, measure in the background."""

    def is_waiting() -> bool:
        error = measurements.cost_error(recipe)
        return can_measure and error is None and load_estimate(recipe) is None

    every = POLL_SECONDS if is_waiting() else None
    polling.poll(_draw_card, every=every, watch=is_waiting)(recipe, can_measure)
    return load_estimate(recipe)


def _draw_card(recipe: Recipe, can_measure: bool) -> None:
    estimate = load_estimate(recipe)
    error = measurements.cost_error(recipe)
    _draw_metrics(recipe, estimate)
    if estimate is not None or error:
        st.session_state.pop(PENDING_KEY, None)
        if estimate is None:
            st.warning(error, icon=":material/memory:")
        elif lines := [*phase_lines(recipe, estimate), *_micro_batch_lines(recipe, estimate)]:
            st.caption("  \n".join(lines))
    elif can_measure:
        _request_when_settled(recipe)
        st.caption(":material/hourglass_top: Estimating training time …")
    else:
        st.caption("Download the data to get an estimate.")


def _request_when_settled(recipe: Recipe) -> None:
    key = cache_key(recipe)
    pending_key, since = st.session_state.get(PENDING_KEY, ("", 0.0))
    if pending_key != key:
        st.session_state[PENDING_KEY] = (key, time.monotonic())
    elif time.monotonic() - since >= SETTLE_SECONDS:
        measurements.request_cost(recipe)


def _draw_metrics(recipe: Recipe, estimate: CostEstimate | None) -> None:
    values = ("…",) * 4
    source = ""
    if estimate:
        values = (
            format_duration(estimate.total_seconds(recipe)),
            format_count(estimate.parameters),
            format_count(estimate.flops_per_image),
            format_bytes(estimate.memory_bytes),
        )
        source = (
            " Based on a quick speed test of this machine "
            f"({estimate.device}, {estimate.precision}): "
            f"{estimate.images_per_second:,.0f} images/s in training."
        )
    hints = (
        f"The whole run on this machine, with validation and the final test.{source}",
        "Numbers that the model learns.",
        "Floating-point operations for one prediction; a multiply-add counts as two.",
        "Peak memory of the training process.",
    )
    columns = st.columns(2) * 2
    for column, label, value, hint in zip(columns, LABELS, values, hints, strict=True):
        column.metric(label, value, help=hint)


def _micro_batch_lines(recipe: Recipe, estimate: CostEstimate) -> list[str]:
    text = run_header.micro_batch_text(recipe, estimate.micro_batch)
    return [f"{text.capitalize()}, to fit into memory."] if text else []


def phase_lines(recipe: Recipe, estimate: CostEstimate) -> list[str]:
    """One line for each phase, if there are several or one that computes features first."""
    phases = list(zip(recipe.phases, estimate.phases, strict=True))
    if len(phases) == 1 and not phases[0][1].seconds_once:
        return []
    return [
        f"{number}\\. {phase.title}: {_features_text(cost)}"
        f"{pluralize(phase.epochs, 'epoch')} × {format_seconds(cost.seconds_per_epoch)}"
        for number, (phase, cost) in enumerate(phases, start=1)
    ]


def _features_text(cost: PhaseCost) -> str:
    if not cost.seconds_once:
        return ""
    return f"features computed once, {format_seconds(cost.seconds_once)}, then "
