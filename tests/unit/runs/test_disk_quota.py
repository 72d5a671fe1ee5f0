"""The disk quota: what runs take, when new ones are refused, and which could go."""

import io
from pathlib import Path

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import queue
from fmnist_core.runs import archive, deleted_runs, disk_quota, store
from fmnist_core.runs.run import Run
from tests import factories
from tests.factories import MakeRun

RUN_BYTES = 1_000_000


@pytest.fixture
def set_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Set how many bytes the runs may take."""
    file = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(file))
    return lambda limit: file.write_text(f"[disk]\nruns_gigabytes = {limit / 1e9}\n")


def make_large(make_run: MakeRun, *logged: object, **options: object) -> Run:
    run = make_run(*logged, **options)
    run.weights_file.write_bytes(b"\0" * RUN_BYTES)
    return run


def test_without_runs_nothing_is_used(runs_folder: Path) -> None:
    use = disk_quota.disk_use(runs_folder)
    assert (use.runs, use.deleted, use.is_full) == (0, 0, False)
    assert use.free > 0
    disk_quota.make_room(runs_folder)


def test_runs_and_deleted_ones_count_apart(make_run: MakeRun, runs_folder: Path) -> None:
    make_large(make_run)
    deleted_runs.delete_run(make_large(make_run, finished=True))
    use = disk_quota.disk_use(runs_folder)
    assert RUN_BYTES < use.runs < 1.1 * RUN_BYTES
    assert RUN_BYTES < use.deleted < 1.1 * RUN_BYTES


def test_a_new_run_is_refused_when_the_runs_take_all(
    make_run: MakeRun, runs_folder: Path, set_limit
) -> None:
    make_large(make_run)
    set_limit(RUN_BYTES)
    with pytest.raises(RunError, match=r"take 1 MB, and they may take 1 MB\. .*Health"):
        disk_quota.make_room(runs_folder)
    set_limit(0)
    disk_quota.make_room(runs_folder)


def test_neither_a_new_run_nor_an_import_exceeds_the_quota(
    make_run: MakeRun, runs_folder: Path, set_limit, no_dispatcher
) -> None:
    run = make_large(make_run, finished=True)
    content = archive.export_bytes(run)
    set_limit(RUN_BYTES)
    with pytest.raises(RunError, match="they may take 1 MB"):
        queue.submit_run(run.recipe(), name="another")
    with pytest.raises(RunError, match="they may take 1 MB"):
        archive.import_run(io.BytesIO(content), name="run.zip")
    assert store.list_runs(runs_folder) == [run]
    assert no_dispatcher == []


def test_the_oldest_deleted_runs_make_room(make_run: MakeRun, runs_folder: Path, set_limit) -> None:
    first, second = (deleted_runs.delete_run(make_large(make_run, finished=True)) for _ in range(2))
    make_large(make_run)
    set_limit(3 * RUN_BYTES)
    disk_quota.make_room(runs_folder)
    assert deleted_runs.list_bin(runs_folder) == [second]
    assert not first.run.path.parent.exists()
    set_limit(4 * RUN_BYTES)
    disk_quota.make_room(runs_folder)
    assert deleted_runs.list_bin(runs_folder) == [second]


def test_only_ended_runs_that_nobody_has_pinned_could_go(
    make_run: MakeRun, runs_folder: Path
) -> None:
    finished = make_run(finished=True)
    failed = make_run(factories.started(), factories.failed())
    make_run()  # waits
    make_run(factories.started(), factories.pause_ended())
    make_run().metadata_file.write_text("{")  # damaged
    pinned = make_run(finished=True)
    store.pin_run(pinned, pinned=True)
    oldest = disk_quota.oldest_runs(runs_folder)
    assert [entry.run for entry in oldest] == [finished, failed]
    store.pin_run(pinned, pinned=False)
    assert [entry.run for entry in disk_quota.oldest_runs(runs_folder)][-1] == pinned


def test_weights_that_a_waiting_run_starts_from_stay(make_run: MakeRun, runs_folder: Path) -> None:
    start = make_run(finished=True)
    make_run(weights=f"run:{start.id}")
    assert disk_quota.oldest_runs(runs_folder) == []


def test_an_imported_run_is_as_old_as_its_import(make_run: MakeRun, runs_folder: Path) -> None:
    imported, trained = make_run(finished=True), make_run(finished=True)
    late = imported.metadata().model_copy(update={"imported": "2999-01-01T00:00:00+00:00"})
    imported.write_metadata(late)
    assert [entry.run for entry in disk_quota.oldest_runs(runs_folder)] == [trained, imported]


def test_so_many_go_as_are_needed(make_run: MakeRun, runs_folder: Path) -> None:
    runs = [make_large(make_run, finished=True) for _ in range(3)]
    oldest = disk_quota.oldest_runs(runs_folder)

    def chosen(num_bytes: int) -> list[Run]:
        return [entry.run for entry in disk_quota.runs_to_delete(oldest, num_bytes=num_bytes)]

    assert chosen(0) == []
    assert chosen(1) == runs[:1]
    assert chosen(RUN_BYTES + 100_000) == runs[:2]
    assert chosen(10**12) == runs
