"""What this machine has: the data, the device and the queue, each in a few words."""

from fmnist_core.data import sources
from fmnist_core.jobs import slots
from fmnist_core.runs.run import RunState
from fmnist_core.ui import run_list


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
