"""Each test has a session state of its own."""

from typing import Any

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def state(monkeypatch) -> dict[str, Any]:
    """The session state, empty at first."""
    values: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", values)
    return values
