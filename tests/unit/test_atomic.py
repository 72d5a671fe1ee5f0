"""A file is written completely or keeps its old content."""

import json
import os

import pytest

from fmnist_core import atomic


def refuse(*_, **__):
    raise OSError(28, "No space left on device")


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "file"
    atomic.write_bytes(path, b"old")
    atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_failure_leaves_the_old_content(tmp_path, monkeypatch, step):
    path = tmp_path / "file"
    atomic.write_bytes(path, b"old")
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    else:
        monkeypatch.setattr(type(path), "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        atomic.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_keeps_unicode_readable(tmp_path):
    atomic.write_json(tmp_path / "file", {"name": "Zoë"})
    text = (tmp_path / "file").read_text()
    assert "Zoë" in text
    assert json.loads(text) == {"name": "Zoë"}


def test_json_refuses_nan(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        atomic.write_json(tmp_path / "file", float("nan"))
    assert list(tmp_path.iterdir()) == []
