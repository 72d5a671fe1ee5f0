"""What comes while the page is open: measured latencies, and runs that finish."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.jobs import measurements
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import polling, run_list, sidebar_status

POLL_SECONDS = 2.0


def line(rows: Sequence[RunSummary]) -> None:
    """Say what is under way, and draw the page anew when it has come."""
    recipes = [row.recipe for row in rows if row.report and row.recipe]
    unknown = measurements.unmeasured_latencies(recipes)
    training = any(row.active for row in rows)
    problem = measurements.latency_problem(unknown) if unknown else None
    measuring = bool(unknown) and not training and problem is None
    if measuring:
        measurements.request_latencies(unknown)
    with st.container():
        if measuring or training:
            polling.poll(_wait, every=POLL_SECONDS, watch=lambda: _version(measuring))(measuring)
        elif problem:
            st.caption(problem)


def _version(measuring: bool) -> tuple[bool, list[tuple[str, RunState]]]:
    """Whether the latencies are still being measured, and the state of every run."""
    states = [(run.id, run.state) for run in run_list.rows()]
    return measuring and measurements.is_measuring_latencies(), states


def _wait(measuring: bool) -> None:
    if measuring:
        st.caption(":material/hourglass_top: Measuring how long one answer takes on this machine …")
    else:
        words = sidebar_status.queue_words().capitalize()
        st.caption(f":material/model_training: {words}; what finishes appears here by itself.")
