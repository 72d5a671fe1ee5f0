"""A file that is made after a click outlives the scripts that end before the browser fetches it."""

from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from fmnist_core.ui import downloads

FILE = {"mime": "text/html", "file_name": "comparison.html"}


@pytest.fixture
def files(monkeypatch):
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=manager))
    return manager


def click(files, make_file):
    """Make a file as the server does after a click; return its name, which the browser fetches."""
    file_id = files.add_deferred(make_file, FILE["mime"], "1.2", FILE["file_name"])
    return files.execute_deferred(file_id).rpartition("/")[2]


def end_scripts(files, count=3):
    for _ in range(count):
        files.remove_orphaned_files()


def keep(content):
    return lambda: downloads.make_kept(lambda: content, **FILE)


def test_streamlit_still_drops_the_file(files):
    """When this fails, `downloads` is needed no more."""
    name = click(files, lambda: b"report")
    end_scripts(files)
    assert files.read_file(name) is None


def test_kept_file_outlives_the_scripts(files):
    name = click(files, keep("report"))
    end_scripts(files)
    assert files.read_file(name).content == b"report"
    assert files.read_file(name).filename == "comparison.html"


def test_only_the_last_files_are_kept(files):
    names = [click(files, keep(f"report {number}")) for number in range(downloads.NUM_KEPT + 1)]
    end_scripts(files)
    assert [files.read_file(name) is None for name in names] == [True] + [False] * (
        downloads.NUM_KEPT
    )
