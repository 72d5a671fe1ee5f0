"""The data, the device and the queue in a few words."""

import pytest

from fmnist_core.home_page import machine_status
from fmnist_core.jobs import slots
from fmnist_core.jobs.executors import registry
from fmnist_core.ui import run_list
from tests.factories import MakeRun


def test_missing_data_is_said() -> None:
    assert machine_status.data_texts()[0] == "Synthetic garments only"


def test_waiting_runs_are_counted(make_run: MakeRun) -> None:
    assert machine_status.queue_text([]) == "nothing is training"
    make_run(run_id="a")
    runs = [run for run in run_list.runs() if not run.is_example]
    assert machine_status.queue_text(runs) == "0 training, 1 waiting"


@pytest.mark.parametrize(
    ("names", "device", "detail"),
    [
        (("cpu",), "CPU", "Networks train here, one at a time."),
        (("0",), "GPU", "Networks train here, one at a time."),
        (("0", "1"), "2 GPUs", "Networks train here, one on each device."),
    ],
)
def test_devices_of_this_machine(monkeypatch, names, device, detail) -> None:
    monkeypatch.setattr(slots, "slot_names", lambda: names)
    assert machine_status.device_texts() == (device, detail)


def test_cluster_and_how_many_train_there(monkeypatch) -> None:
    monkeypatch.setenv(registry.VARIABLE, "slurm")
    assert machine_status.device_texts() == ("Slurm", "Networks train there, up to 4 at a time.")


def test_wrong_setting_shows_this_machine(monkeypatch) -> None:
    monkeypatch.setenv(registry.VARIABLE, "condor")
    assert machine_status.device_texts()[0] == "CPU"
