"""What killed processes leave is removed, and nothing that is in use."""

import os

import pytest

from fmnist_core.runs import leftovers
from tests import factories


def make_old(path):
    os.utime(path, (1_000_000_000, 1_000_000_000))


@pytest.mark.parametrize("name", [".new-20260101-000000-000000-0000", ".deleted-first"])
def test_half_made_and_half_deleted_runs_are_removed_after_an_hour(runs_folder, name):
    for folder in (runs_folder / name, runs_folder / f"{name}-recent"):
        folder.mkdir(parents=True)
        folder.joinpath("recipe.json").write_text("{}")
    make_old(runs_folder / name)
    leftovers.remove_leftovers(runs_folder)
    assert [path.name for path in runs_folder.iterdir()] == [f"{name}-recent"]


def test_finished_run_keeps_only_what_it_needs(make_run):
    finished = make_run(factories.started(), finished=True)
    stopped = make_run(factories.started(), factories.stopped())
    for run in (finished, stopped):
        run.snapshot_file.parent.mkdir()
        run.snapshot_file.write_bytes(b"snapshot")
    leftovers.remove_leftovers(finished.path.parent)
    assert not finished.snapshot_file.parent.exists()
    assert not finished.environment_file.exists()
    assert stopped.snapshot_file.exists()
    assert stopped.environment_file.exists()


def test_partial_files_of_others_stay(make_run):
    run = make_run(factories.started())
    of_worker = run.path / ".model.safetensors.0123abcd.part"
    of_server = run.path / ".about.json.0123abcd.part"  # a user may be renaming the run
    for file in (of_worker, of_server):
        file.write_bytes(b"half")
    leftovers.remove_partial_files(run)
    assert not of_worker.exists()
    assert of_server.exists()
