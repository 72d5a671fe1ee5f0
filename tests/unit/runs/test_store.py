"""Runs are created whole, found, renamed and deleted."""

import pytest

from fmnist_core import atomic, paths
from fmnist_core.errors import RunError
from fmnist_core.runs import store
from fmnist_core.runs.run import Run, RunState


def test_created_run_is_complete(tmp_path, recipe):
    run = store.create_run(recipe, name=" Ada's\n first ", by="Ada", folder=tmp_path / "runs")
    assert run.recipe() == recipe
    assert (run.metadata().name, run.metadata().by) == ("Ada's first", "Ada")
    assert store.list_runs(tmp_path / "runs") == [run]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [run.id]


def test_name_is_one_line_of_at_most_sixty():
    assert store.clean_name("a\x00b\u202e\tc  d") == "ab c d"
    assert len(store.clean_name("x" * 100)) == 60


def test_run_without_a_name_is_called_by_its_model(tmp_path, recipe):
    assert store.create_run(recipe, name="\n", folder=tmp_path).metadata().name == "mlp"


def test_newest_run_is_first(make_run):
    runs = [make_run(), make_run(), make_run()]
    assert store.list_runs(runs[0].path.parent) == runs[::-1]


def test_default_folders_hold_own_runs_and_example_models(make_run, tmp_path, monkeypatch):
    run = make_run()
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "shipped")
    (tmp_path / "shipped" / "mlp").mkdir(parents=True)
    assert store.list_runs() == [run, Run(tmp_path / "shipped" / "mlp")]


@pytest.mark.parametrize("name", [".hidden", "__pycache__"])
def test_other_folders_are_no_runs(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / "file").write_text("")
    assert store.list_runs(tmp_path) == []


def test_run_is_found_by_id_and_by_path(make_run):
    run = make_run()
    assert store.get_run(run.id, run.path.parent) == run
    assert store.get_run(str(run.path)) == run


def test_unknown_run_is_refused_with_some_that_exist(make_run):
    runs = [make_run() for _ in range(7)]
    with pytest.raises(RunError, match=rf"^No run 'x'\. Known: {runs[-1].id}.* and 2 more\.$"):
        store.get_run("x", runs[0].path.parent)
    with pytest.raises(RunError, match=r"Known: none yet\.$"):
        store.get_run("x", runs[0].path)


def test_unwritable_folder_is_an_error(tmp_path, recipe):
    # A folder below a regular file: even root cannot make it.
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"^No run can be saved in .*FMNIST_RUNS_DIR"):
        store.create_run(recipe, name="x", folder=tmp_path / "file" / "runs")


def test_failed_creation_leaves_nothing(tmp_path, recipe, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "write_json", full)
    with pytest.raises(RunError, match="No space left on device"):
        store.create_run(recipe, name="x", folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rename(make_run):
    run = make_run(by="Ada")
    store.rename_run(run, "another")
    assert (run.metadata().name, run.metadata().by) == ("another", "Ada")
    with pytest.raises(RunError, match="needs a name"):
        store.rename_run(run, " \n")


def test_removed_run_is_gone(make_run):
    run = make_run(finished=True)
    store.remove_run(run)
    assert [path.name for path in run.path.parent.iterdir()] == [".logs"]


def test_training_run_is_not_deleted(make_run):
    run = make_run()
    with run.lock(), pytest.raises(RunError, match="is training; stop it"):
        store.remove_run(run)
    assert run.state() is RunState.QUEUED


def test_deleted_run_cannot_be_deleted_again(make_run):
    run = make_run()
    store.remove_run(run)
    with pytest.raises(RunError, match="cannot be deleted"):
        store.remove_run(run)


def test_example_model_is_not_deleted(make_run, monkeypatch):
    run = make_run()
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: run.path.parent)
    with pytest.raises(RunError, match="is an example model"):
        store.remove_run(run)
    assert run.path.exists()
