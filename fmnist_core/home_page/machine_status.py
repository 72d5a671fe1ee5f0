"""What this machine has: the data, the device and the queue, each in a few words."""

import streamlit as st

from fmnist_core import paths
from fmnist_core.data import sources
from fmnist_core.formatting import pluralize
from fmnist_core.jobs.executors import registry
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status


def draw_status(runs: list[RunSummary]) -> None:
    """Draw data, device and runs side by side, and the download if the data is missing."""
    num_finished = sum(run.state is RunState.FINISHED for run in runs)
    facts = (
        ("Data", *data_texts()),
        ("Device", *device_texts()),
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


def device_texts() -> tuple[str, str]:
    """What runs train on (`CPU`, `GPU`, `4 GPUs` or a cluster), and how many at once."""
    capacity, cluster = registry.capacity(paths.runs_folder()), registry.cluster_title()
    num_gpus, num_slots = capacity.num_gpus, capacity.num_slots
    if cluster:
        concurrency = "one at a time" if num_slots == 1 else f"up to {num_slots} at a time"
        return cluster, f"Networks train there, {concurrency}."
    concurrency = "one at a time" if num_slots == 1 else "one on each device"
    device = "CPU" if num_gpus == 0 else "GPU" if num_gpus == 1 else f"{num_gpus} GPUs"
    return device, f"Networks train here, {concurrency}."


def queue_text(runs: list[RunSummary]) -> str:
    """How many runs train and wait."""
    states = [run.state for run in runs]
    running, waiting = states.count(RunState.RUNNING), states.count(RunState.QUEUED)
    if not running and not waiting:
        return "nothing is training"
    return f"{running} training" + (f", {waiting} waiting" if waiting else "")
