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


def draw_cost(recipe: Recipe, *, can_measure: bool) -> None:
    """Draw the expected time and the other costs; measure them in the background if needed."""

    def is_waiting() -> bool:
        error = measurements.cost_error(recipe)
        return can_measure and error is None and load_estimate(recipe) is None

    every = POLL_SECONDS if is_waiting() else None
    polling.poll(_draw_card, every=every, watch=is_waiting)(recipe, can_measure)


def _draw_card(recipe: Recipe, can_measure: bool) -> None:
    estimate = load_estimate(recipe)
    error = measurements.cost_error(recipe)
    time_place, message = st.container(key="expected-time"), st.container()
    with time_place:
        _draw_time(recipe, estimate, missing="estimating …" if can_measure and not error else "–")
    with message:
        _draw_message(recipe, estimate, error, can_measure=can_measure)


def _draw_message(
    recipe: Recipe, estimate: CostEstimate | None, error: str | None, *, can_measure: bool
) -> None:
    """Say why there is no estimate yet; without one, request it."""
    if estimate is not None or error:
        st.session_state.pop(PENDING_KEY, None)
        if estimate is None:
            st.warning(error, icon=":material/memory:")
    elif can_measure:
        _request_when_settled(recipe)
    else:
        st.caption("Download the data to get an estimate.")


def _request_when_settled(recipe: Recipe) -> None:
    key = cache_key(recipe)
    pending_key, since = st.session_state.get(PENDING_KEY, ("", 0.0))
    if pending_key != key:
        st.session_state[PENDING_KEY] = (key, time.monotonic())
    elif time.monotonic() - since >= SETTLE_SECONDS:
        measurements.request_cost(recipe)


def _draw_time(recipe: Recipe, estimate: CostEstimate | None, *, missing: str) -> None:
    """Draw the expected time, or `missing` without one, and a button for the other costs."""
    hint = "The whole run on this machine, with validation and the final test."
    if estimate:
        hint += (
            " Based on a quick speed test of this machine "
            f"({estimate.device}, {estimate.precision}): "
            f"{estimate.images_per_second:,.0f} images/s in training."
        )
    text = format_duration(estimate.total_seconds(recipe)) if estimate else missing
    with st.container(horizontal=True, vertical_alignment="center"):
        st.metric("Expected time", text, help=hint)
        with st.popover("Cost", type="tertiary", icon=":material/speed:", width="content"):
            _draw_costs(recipe, estimate)


def _draw_costs(recipe: Recipe, estimate: CostEstimate | None) -> None:
    if estimate is None:
        st.caption("Not measured yet.")
        return
    with st.container(horizontal=True, gap="large"):
        for label, value, hint in (
            ("Parameters", format_count(estimate.parameters), "Numbers that the model learns."),
            (
                "FLOPs per image",
                format_count(estimate.flops_per_image),
                "Floating-point operations for one prediction; a multiply-add counts as two.",
            ),
            (
                "Memory",
                format_bytes(estimate.memory_bytes),
                "Peak memory of the training process.",
            ),
        ):
            st.metric(label, value, help=hint, width="content")
    if lines := [*phase_lines(recipe, estimate), *_micro_batch_lines(recipe, estimate)]:
        st.caption("  \n".join(lines))


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
