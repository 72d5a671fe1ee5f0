"""Uploaded runs are imported by a process of their own, so many per person."""

import pytest

from fmnist_core import settings
from fmnist_core.errors import RunError
from fmnist_core.jobs import imports
from fmnist_core.runs import archive
from fmnist_core.runs.report import utc_now
from tests import factories


@pytest.fixture
def content(make_run) -> bytes:
    """The archive of a stopped run."""
    return archive.export_bytes(make_run(factories.started(), factories.stopped()))


def test_upload_becomes_a_run_of_its_owner(content):
    run = imports.import_upload(content, name="Ada's run.zip", owner="ada")
    assert run.metadata().owner == "ada"
    assert run.path.is_dir()


def test_refusal_names_the_upload():
    with pytest.raises(RunError, match=r"^photo\.zip is damaged or not a zip archive\.$"):
        imports.import_upload(b"no archive", name="photo.zip", owner="ada")


def test_process_that_hangs_is_ended(content, monkeypatch):
    monkeypatch.setattr(imports, "TIMEOUT_SECONDS", 0)
    with pytest.raises(RunError, match="took too long"):
        imports.import_upload(content, name="run.zip", owner="ada")


def test_imports_of_one_person_are_limited(make_run, tmp_path, monkeypatch):
    (tmp_path / "lab.toml").write_text("[limits]\nimported_runs = 1\n")
    monkeypatch.setattr(settings, "settings_file", lambda: tmp_path / "lab.toml")
    run = make_run(finished=True)
    run.write_metadata(run.metadata().model_copy(update={"owner": "ada", "imported": utc_now()}))
    imports.check_limit("grace")
    with pytest.raises(RunError, match="at most 1 of one person"):
        imports.check_limit("ada")
