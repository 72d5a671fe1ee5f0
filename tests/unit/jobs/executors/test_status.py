"""What the dispatcher says about its executor reaches the pages; nothing is written in vain."""

import pytest

from fmnist_core.jobs.executors import status
from fmnist_core.jobs.executors.executor import Capacity
from fmnist_core.jobs.executors.status import ExecutorStatus


def test_problem_and_capacity_are_kept_side_by_side(tmp_path):
    capacity = Capacity(num_slots=6, num_gpus=2)
    status.report_capacity(tmp_path, capacity)
    status.report_problem(tmp_path, "Nobody answers.")
    assert status.read(tmp_path).capacity == capacity
    assert status.read(tmp_path).problem == "Nobody answers."
    status.clear_problem(tmp_path)
    assert status.read(tmp_path) == ExecutorStatus(num_slots=6, num_gpus=2)


def test_without_a_problem_nothing_is_written(tmp_path):
    status.clear_problem(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"num_slots": 0}'])
def test_damaged_file_says_nothing(tmp_path, content):
    status.report_problem(tmp_path, "Nobody answers.")
    (file,) = tmp_path.iterdir()
    file.write_bytes(content)
    assert status.read(tmp_path) == ExecutorStatus()


def test_folder_that_cannot_be_written_hinders_nothing(tmp_path):
    status.report_problem(tmp_path / "missing", "Nobody answers.")
    assert status.read(tmp_path / "missing") == ExecutorStatus()
