"""Each test starts with no data, no runs and empty caches."""

import pytest
import streamlit as st

from fmnist_core.ui import browser_state


@pytest.fixture(autouse=True)
def _empty_lab(empty_lab):
    pass


@pytest.fixture(autouse=True)
def _no_cookies(no_cookies):
    pass


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """This session's state."""
    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser keeps."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(browser_state, "keep_value", kept.__setitem__)
    monkeypatch.setattr(browser_state, "kept_value", lambda name: kept.get(name, ""))
    return kept
