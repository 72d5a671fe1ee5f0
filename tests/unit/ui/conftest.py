"""Every page test has a lab of its own."""

from pathlib import Path

import pytest
import streamlit as st

from fmnist_core.jobs import measurements
from fmnist_core.models import pretrained_files


@pytest.fixture(autouse=True)
def lab(tmp_path: Path, runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data, no runs, no caches left by another test, and a hub that has everything."""
    monkeypatch.setattr(pretrained_files, "_answers_now", lambda _: True)
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(runs_folder))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
    monkeypatch.setattr(measurements, "request_latencies", lambda _: None)
    monkeypatch.setattr(measurements, "is_measuring_latencies", lambda: True)
    st.cache_data.clear()
    st.cache_resource.clear()
