"""Faults happen at the write, allocation or time that was chosen."""

import multiprocessing
import sys
from datetime import timedelta
from functools import partial
from types import ModuleType

import pytest
import torch

from fmnist_core.bench import fault_injection
from fmnist_core.bench.fault_injection import AllocatorLimit
from fmnist_core.runs import report


@pytest.mark.parametrize(("goes_on", "expected"), [(False, [2]), (True, [2, 3, 4])])
def test_action_happens_at_one_write_or_from_it_on(tmp_path, goes_on, expected):
    numbers = []
    countdown = fault_injection.Countdown(
        2, lambda *_: numbers.append(countdown.count), goes_on=goes_on
    )
    for _ in range(4):
        countdown("open", tmp_path)
    assert numbers == expected


@pytest.fixture(autouse=True)
def _main_is_no_page(monkeypatch):
    """A new process imports the main module, which a page that was tested before has replaced."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def write_files(folder, sabotage):
    """Write and rename a file, then say how far it came."""
    sabotage()
    (folder / "progress").write_text("writing")
    (folder / "new").write_bytes(bytes(1000))
    (folder / "new").rename(folder / "final")


@pytest.mark.parametrize(("at", "names"), [(1, set()), (2, {"progress"}), (3, {"progress", "new"})])
def test_process_dies_before_the_write_with_this_number(tmp_path, at, names):
    run_broken(tmp_path, partial(fault_injection.die_at_write, tmp_path, at), exitcode=-9)
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.mark.parametrize(("spare", "size"), [(0, 0), (300, 300)])
def test_full_disk_keeps_what_fits(tmp_path, spare, size):
    run_broken(
        tmp_path, partial(fault_injection.fill_disk_at_write, tmp_path, 2, spare), exitcode=1
    )
    assert (tmp_path / "new").stat().st_size == size


def test_no_file_is_created_on_a_disk_that_is_full_altogether(tmp_path):
    run_broken(tmp_path, partial(fault_injection.fill_disk_at_write, tmp_path, 2, None), exitcode=1)
    assert not (tmp_path / "new").exists()


def run_broken(folder, sabotage, *, exitcode):
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=write_files, args=(folder, sabotage))
    process.start()
    process.join(60)
    assert process.exitcode == exitcode


def test_large_tensors_and_chosen_allocations_fail():
    with AllocatorLimit(max_bytes=400), pytest.raises(torch.OutOfMemoryError):
        torch.zeros(101)
    with AllocatorLimit(max_bytes=400, failing=frozenset({2})):
        torch.zeros(100)
        with pytest.raises(torch.OutOfMemoryError):
            torch.zeros(1)
        assert torch.ones(3).sum() == 3


def test_clock_is_set_and_set_right_again():
    before = report.utc_now()
    set_right = fault_injection.set_clock(-timedelta(days=2))
    try:
        assert report.utc_now() < before
    finally:
        set_right()
    assert report.utc_now() >= before
