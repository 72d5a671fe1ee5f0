"""Deleted runs are in the bin, come back whole, and are gone for good after a while."""

from datetime import timedelta
from pathlib import Path

import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs import deleted_runs, leftovers, store
from fmnist_core.runs.run import Run, RunState
from fmnist_core.settings import Disk
from tests.factories import MakeRun


@pytest.fixture
def deleted(make_run: MakeRun) -> deleted_runs.DeletedRun:
    return deleted_runs.delete_run(make_run(finished=True))


def keep_days(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = deleted_runs.get_settings()
    changed = settings.model_copy(update={"disk": Disk(bin_days=days)})
    monkeypatch.setattr(deleted_runs, "get_settings", lambda: changed)


def test_deleted_run_is_in_no_list(deleted: deleted_runs.DeletedRun, runs_folder: Path) -> None:
    assert store.list_runs(runs_folder) == []
    assert deleted_runs.list_bin(runs_folder) == [deleted]
    assert deleted_runs.find_deleted(deleted.id, runs_folder) == deleted


def test_restored_run_is_as_before(make_run: MakeRun, runs_folder: Path) -> None:
    run = make_run(finished=True)
    before = {path.name: path.read_bytes() for path in run.path.iterdir()}
    assert deleted_runs.restore_run(deleted_runs.delete_run(run)) == run
    assert {path.name: path.read_bytes() for path in run.path.iterdir()} == before
    assert run.state() is RunState.FINISHED
    assert not list(deleted_runs.bin_folder(runs_folder).iterdir())


def test_the_last_deleted_run_is_first(make_run: MakeRun, runs_folder: Path) -> None:
    deleted = [deleted_runs.delete_run(make_run()) for _ in range(3)]
    assert deleted_runs.list_bin(runs_folder) == deleted[::-1]


def test_old_runs_are_gone_for_good(
    deleted: deleted_runs.DeletedRun, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deleted_runs.empty_bin(runs_folder) == 0
    keep_days(0, monkeypatch)
    assert deleted_runs.empty_bin(runs_folder) == 1
    with pytest.raises(RunError, match="no longer in the bin"):
        deleted_runs.restore_run(deleted)
    assert not list(deleted_runs.bin_folder(runs_folder).iterdir())


def test_without_a_bin_delete_is_for_good(
    make_run: MakeRun, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_days(0, monkeypatch)
    deleted_runs.delete_run(make_run())
    assert deleted_runs.list_bin(runs_folder) == []


def test_only_old_runs_are_removed(make_run: MakeRun, runs_folder: Path) -> None:
    deleted_runs.delete_run(make_run())
    assert deleted_runs.empty_bin(runs_folder, older_than=timedelta(hours=1)) == 0
    assert deleted_runs.empty_bin(runs_folder, older_than=timedelta()) == 1


def test_a_run_that_is_half_removed_is_not_restored(
    deleted: deleted_runs.DeletedRun, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleted_runs.shutil, "rmtree", lambda *_, **__: None)
    assert deleted_runs.remove_run(deleted)
    assert not deleted_runs.remove_run(deleted)
    with pytest.raises(RunError, match="no longer in the bin"):
        deleted_runs.restore_run(deleted)
    assert deleted_runs.list_bin(runs_folder) == store.list_runs(runs_folder) == []
    monkeypatch.undo()
    monkeypatch.setattr(leftovers, "LEFT_SECONDS", -1)
    leftovers.remove_leftovers(runs_folder)
    assert not list(runs_folder.glob(".deleted-*"))


def test_restoring_replaces_no_other_run(deleted: deleted_runs.DeletedRun) -> None:
    target = deleted.run.path.parents[2] / deleted.id
    target.mkdir()
    with pytest.raises(RunError, match="another run has its id"):
        deleted_runs.restore_run(deleted)
    assert deleted.run.report_file.exists()


def test_unknown_run_is_refused(deleted: deleted_runs.DeletedRun, runs_folder: Path) -> None:
    with pytest.raises(RunError, match=rf"No deleted run 'x'\. Known: {deleted.id}"):
        deleted_runs.find_deleted("x", runs_folder)


def test_other_things_in_the_bin_are_left_alone(runs_folder: Path) -> None:
    place = deleted_runs.bin_folder(runs_folder) / "notes"
    place.mkdir(parents=True)
    assert deleted_runs.empty_bin(runs_folder, older_than=timedelta()) == 0
    assert place.exists()


def test_on_a_full_disk_the_way_on_is_said(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run()

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", fail)
    with pytest.raises(RunError, match=r"No space left on device.*runs empty-bin$"):
        deleted_runs.delete_run(run)
    assert run.path.exists()


def test_training_run_is_not_deleted(make_run: MakeRun) -> None:
    run = make_run()
    with run.lock(), pytest.raises(RunError, match="is training; stop it"):
        deleted_runs.delete_run(run)
    assert run.state() is RunState.QUEUED


def test_deleted_run_cannot_be_deleted_again(
    deleted: deleted_runs.DeletedRun, runs_folder: Path
) -> None:
    with pytest.raises(RunError, match="cannot be deleted"):
        deleted_runs.delete_run(Run(runs_folder / deleted.id))
    assert len(list(deleted_runs.bin_folder(runs_folder).iterdir())) == 1
