"""Uploaded runs are imported by a process of their own, so many per person."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import imports
from fmnist_core.runs import archive
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
