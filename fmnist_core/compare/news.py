"""What comes while the page is open: measured latencies, and runs that finish."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.runs import latencies
from fmnist_core.ui import catalogue, status
from fmnist_core.ui.catalogue import Row

POLL_SECONDS = 2.0


def line(rows: Sequence[Row]) -> None:
    """Say what is under way, and draw the page anew when it has come."""
    recipes = [row.recipe for row in rows if row.report and row.recipe]
    unknown = latencies.unknown(recipes)
    training = any(row.active for row in rows)
    problem = latencies.problem(unknown) if unknown else None
    measuring = bool(unknown) and not training and problem is None
    if measuring:
        latencies.request(unknown)
    with st.container():
        if measuring or training:
            st.fragment(_wait, run_every=POLL_SECONDS)(_state(rows), measuring)
        elif problem:
            st.caption(problem)


def _state(rows: Sequence[Row]) -> list[tuple[str, str]]:
    return [(row.id, str(row.state)) for row in rows]


def _wait(before: list[tuple[str, str]], measuring: bool) -> None:
    if (measuring and not latencies.is_working()) or _state(catalogue.rows()) != before:
        st.rerun()
    if measuring:
        st.caption(":material/hourglass_top: Measuring how long one answer takes on this machine …")
    else:
        words = status.queue_words().capitalize()
        st.caption(f":material/model_training: {words}; what finishes appears here by itself.")
