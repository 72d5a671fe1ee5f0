"""Which runs are chosen for deletion, and how they are told."""

from dataclasses import replace
from pathlib import Path

import pytest

from fmnist_core.health_page import storage
from fmnist_core.health_page.disk_measure import Disk
from fmnist_core.runs.disk_quota import DiskUse, EndedRun
from fmnist_core.runs.run import Run, RunMetadata, RunState

MB = 10**6


def ended(name: str, *, by: str = "", created: str = "") -> EndedRun:
    metadata = RunMetadata(name=name, by=by, created=created)
    run = Run(Path(name or "run-1"))
    return EndedRun(run=run, metadata=metadata, state=RunState.FINISHED, num_bytes=10 * MB)


OLDEST = tuple(ended(str(number)) for number in range(40))
DISK = Disk(
    use=DiskUse(runs=100 * MB, deleted=0, limit=100 * MB, free=10**9), caches=0, oldest=OLDEST,
    num_runs=50,
)  # fmt: skip


@pytest.mark.parametrize(
    ("num_bytes", "num_chosen"),
    [(50 * MB, 0), (80 * MB, 0), (85 * MB, 1), (100 * MB, 2), (10**10, storage.MAX_LISTED)],
)
def test_so_many_are_chosen_that_runs_are_well_below_the_quota(
    num_bytes: int, num_chosen: int
) -> None:
    disk = replace(DISK, use=replace(DISK.use, runs=num_bytes))
    assert storage.runs_over_quota(disk) == list(OLDEST[:num_chosen])


def test_without_a_quota_none_is_chosen() -> None:
    assert storage.runs_over_quota(replace(DISK, use=replace(DISK.use, limit=None))) == []


def test_a_run_is_told_by_student_name_and_size() -> None:
    assert storage.box_label(ended("CNN", by="Ada")) == "Ada · CNN · 10 MB · finished"
    assert storage.box_label(ended("", by="")) == r"run\-1 · 10 MB · finished"
    assert "![" not in storage.box_label(ended("![x](http://a.b/c)"))


def test_small_runs_do_not_take_nothing() -> None:
    assert storage.size_text(3000) == "under 1 MB"
    assert "of at most 100 MB" in storage.storage_text(DISK)
