"""What comes while the page is open: measured latencies, and runs that finish."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.jobs import measurements
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import run_list, sidebar_status

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
            st.fragment(_wait, run_every=POLL_SECONDS)(_state(rows), measuring)
        elif problem:
            st.caption(problem)


def _state(rows: Sequence[RunSummary]) -> list[tuple[str, str]]:
    return [(row.id, str(row.state)) for row in rows]


def _wait(before: list[tuple[str, str]], measuring: bool) -> None:
    if (measuring and not measurements.is_measuring_latencies()) or _state(
        run_list.rows()
    ) != before:
        st.rerun()
    if measuring:
        st.caption(":material/hourglass_top: Measuring how long one answer takes on this machine …")
    else:
        words = sidebar_status.queue_words().capitalize()
        st.caption(f":material/model_training: {words}; what finishes appears here by itself.")
