"""`runs export` and `runs import`."""

import pytest

from fmnist_core.runs import store
from tests import factories


@pytest.fixture
def archive(run_command, make_run, tmp_path):
    """The archive of a stopped run."""
    run, path = make_run(factories.started(), factories.stopped()), tmp_path / "run.zip"
    assert run_command("runs", "export", run.id, "--out", str(path)).status == 0
    return path


def test_export_and_import(run_command, archive, tmp_path):
    result = run_command("runs", "import", str(archive), "--runs", str(tmp_path / "other"))
    (run,) = store.list_runs(tmp_path / "other")
    assert result.out == f"{run.id} was imported: Ada's first, stopped.\n"


def test_new_id_and_damaged_lines_are_told(run_command, archive):
    (run,) = store.list_runs(store.paths.runs_folder())
    run.events_file.write_bytes(run.events_file.read_bytes() + b"damaged\n")
    run_command("runs", "export", run.id, "--out", str(archive))
    result = run_command("runs", "import", str(archive))
    assert f"because {run.id} is taken" in result.out
    assert "1 line of its log could not be read" in result.out


def test_missing_and_damaged_files_are_one_line(run_command, tmp_path):
    (tmp_path / "no.zip").write_bytes(b"no archive")
    for name in ("no.zip", "missing.zip"):
        result = run_command("runs", "import", str(tmp_path / name))
        assert result.status == 1
        assert result.err.count("\n") == 1
