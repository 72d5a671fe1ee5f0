"""The data, the device and the queue in a few words."""

from fmnist_core.home_page import machine_status
from fmnist_core.ui import run_list
from tests.factories import MakeRun


def test_missing_data_is_said() -> None:
    assert machine_status.data_texts()[0] == "Synthetic garments only"


def test_waiting_runs_are_counted(make_run: MakeRun) -> None:
    assert machine_status.queue_text([]) == "nothing is training"
    make_run(run_id="a")
    runs = [run for run in run_list.runs() if not run.is_example]
    assert machine_status.queue_text(runs) == "0 training, 1 waiting"
