"""What this machine has: the data, the device and the queue, each in a few words."""

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.formatting import pluralize
from fmnist_core.jobs import slots
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status


def draw_status(runs: list[RunSummary]) -> None:
    """Draw data, device and runs side by side, and the download if the data is missing."""
    concurrency = "one at a time" if len(slots.slot_names()) == 1 else "one on each device"
    num_finished = sum(run.state is RunState.FINISHED for run in runs)
    facts = (
        ("Data", *data_texts()),
        ("Device", device_text(), f"Networks train here, {concurrency}."),
        ("Runs", pluralize(num_finished, "finished run"), f"{queue_text(runs).capitalize()}."),
    )
    rows = "".join(
        f"<div><dt>{label}</dt><dd>{text}<span>{detail}</span></dd></div>"
        for label, text, detail in facts
    )
    st.html(f'<dl class="home-facts">{rows}</dl>')
    dataset_status.offer_download("fashion-mnist")


def data_texts() -> tuple[str, str]:
    """Whether Fashion-MNIST is on this machine, and where from."""
    source = sources.available_source()
    if source is None:
        return "Synthetic garments only", "Fashion-MNIST is not on this machine."
    return "Fashion-MNIST is ready", f"Loaded from {source.title} and checked."


def device_text() -> str:
    """What runs train on: `CPU`, `GPU` or `4 GPUs`."""
    num_gpus = sum(name != "cpu" for name in slots.slot_names())
    if num_gpus == 0:
        return "CPU"
    return "GPU" if num_gpus == 1 else f"{num_gpus} GPUs"


def queue_text(runs: list[RunSummary]) -> str:
    """How many runs train and wait."""
    states = [run.state for run in runs]
    running, waiting = states.count(RunState.RUNNING), states.count(RunState.QUEUED)
    if not running and not waiting:
        return "nothing is training"
    return f"{running} training" + (f", {waiting} waiting" if waiting else "")
