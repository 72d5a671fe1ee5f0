"""Each test starts with no data, no runs, empty caches and a session state of its own."""

from typing import Any

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def _empty_lab(empty_lab: None) -> None:
    pass


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The session state, empty at first."""
    values: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", values)
    return values
