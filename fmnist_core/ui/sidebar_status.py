"""One line in the sidebar: the data, the machine, the queue."""

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.jobs import slots
from fmnist_core.runs.run import RunState
from fmnist_core.ui import polling, run_list

POLL_SECONDS = 3.0


def draw_status() -> None:
    """Draw it; it renews itself while something trains or waits."""
    busy = any(row.active for row in run_list.runs())
    polling.poll(_line, every=POLL_SECONDS if busy else None)()


def _line() -> None:
    st.caption(f"{data_text()} · {device_text()} · {queue_text()}")


def data_text() -> str:
    """Whether the real data set is here."""
    return "Fashion-MNIST ready" if sources.available_source() else "Drawn garments only"


def device_text() -> str:
    """What trains."""
    num_gpus = sum(name != "cpu" for name in slots.slot_names())
    if num_gpus == 0:
        return "CPU"
    return "GPU" if num_gpus == 1 else f"{num_gpus} GPUs"


def queue_text() -> str:
    """How many runs train and wait."""
    states = [row.state for row in run_list.runs()]
    running, waiting = states.count(RunState.RUNNING), states.count(RunState.QUEUED)
    if not running and not waiting:
        return "nothing is training"
    return f"{running} training" + (f", {waiting} waiting" if waiting else "")
