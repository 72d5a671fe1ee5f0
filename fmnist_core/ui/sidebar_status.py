"""One line in the sidebar about the data, the device and the queue."""

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.jobs import slots
from fmnist_core.runs.run import RunState
from fmnist_core.ui import polling, run_list

POLL_SECONDS = 3.0


def draw_status() -> None:
    """Draw the line; it refreshes itself while runs train or wait.

    The page does not rerun when the last one ends: pages that show runs do so on their own, and
    drawing on Predict is not interrupted.
    """
    busy = any(run.is_active for run in run_list.runs())
    polling.poll(_draw_line, every=POLL_SECONDS if busy else None)()


def _draw_line() -> None:
    st.caption(f"{data_text()} · {device_text()} · {queue_text()}")


def data_text() -> str:
    """Whether Fashion-MNIST is on this machine."""
    return "Fashion-MNIST ready" if sources.available_source() else "Synthetic garments only"


def device_text() -> str:
    """What runs train on: `CPU`, `GPU` or `4 GPUs`."""
    num_gpus = sum(name != "cpu" for name in slots.slot_names())
    if num_gpus == 0:
        return "CPU"
    return "GPU" if num_gpus == 1 else f"{num_gpus} GPUs"


def queue_text() -> str:
    """How many runs train and wait."""
    states = [run.state for run in run_list.runs()]
    running, waiting = states.count(RunState.RUNNING), states.count(RunState.QUEUED)
    if not running and not waiting:
        return "nothing is training"
    return f"{running} training" + (f", {waiting} waiting" if waiting else "")
