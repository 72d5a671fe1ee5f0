"""Rerun the page when latencies are measured or a run finishes."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.jobs import measurements
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import polling, run_list

POLL_SECONDS = 2.0


def draw_progress(runs: Sequence[RunSummary]) -> None:
    """Show what is in progress, and rerun the page when it is done.

    Latencies are measured only while nothing trains: a training run would slow them down.
    """
    recipes = [run.recipe for run in runs if run.report and run.recipe]
    unmeasured = measurements.unmeasured_latencies(recipes)
    is_training = any(run.is_active for run in runs)
    error = measurements.latency_error(unmeasured) if unmeasured else None
    is_measuring = bool(unmeasured) and not is_training and error is None
    if is_measuring:
        measurements.request_latencies(unmeasured)
    with st.container():
        if is_measuring or is_training:
            poll = polling.poll(
                _draw_line, every=POLL_SECONDS, watch=lambda: _watched_state(is_measuring)
            )
            poll(is_measuring)
        elif error:
            st.caption(error)


def _watched_state(is_measuring: bool) -> tuple[bool, list[tuple[str, RunState]]]:
    """Return whether latencies are still being measured, and the state of every run."""
    states = [(run.id, run.state) for run in run_list.runs()]
    return is_measuring and measurements.is_measuring_latencies(), states


def _draw_line(is_measuring: bool) -> None:
    if is_measuring:
        st.caption(
            ":material/hourglass_top: Measuring how long a prediction takes on this machine …"
        )
        return
    active = [run for run in run_list.runs() if run.is_active]
    activity = "training or waiting"
    if all(run.state is RunState.RUNNING for run in active):
        activity = "still training"
    if len(active) == 1:
        text = f"1 run is {activity}. It will show up here when it's done."
    else:
        text = f"{len(active)} runs are {activity}. They will show up here when they're done."
    st.caption(f":material/model_training: {text}")
