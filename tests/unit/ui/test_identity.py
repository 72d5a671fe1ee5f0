"""A person keeps their id in a signed cookie; on a server of this machine alone, all may do all."""

import pytest

from fmnist_core.access import signing
from fmnist_core.ui import browser_state, identity


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """This session's state."""
    state: dict[str, object] = {}
    monkeypatch.setattr(identity.st, "session_state", state)
    return state


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser keeps."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(browser_state, "keep_value", kept.__setitem__)
    monkeypatch.setattr(browser_state, "kept_value", lambda name: kept.get(name, ""))
    return kept


def test_the_id_stays_the_same_in_the_next_session(state: dict, browser: dict) -> None:
    identity.keep()
    person = identity.person_id()
    state.clear()
    assert identity.person_id() == person
    browser.clear()
    identity.keep()
    assert browser == {}, "a kept id is not written again"


def test_an_invented_id_is_replaced(state: dict, browser: dict) -> None:
    browser[identity.PERSON] = "0123456789abcdef.forged"
    identity.keep()
    assert identity.person_id() != "0123456789abcdef"
    assert signing.read(browser[identity.PERSON], purpose=identity.PERSON) == state[identity.PERSON]


@pytest.mark.parametrize(
    ("address", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.0.1.1", True), ("::1", True), ("", False),
     (None, False), ("0.0.0.0", False), ("::", False), ("192.168.1.7", False),
     ("localhost.example.org", False), ("unix:///tmp/app.sock", False)],
)  # fmt: skip
def test_a_server_for_this_machine_alone_is_told_from_others(
    address: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity.st, "get_option", {"server.address": address}.get)
    assert identity.listens_on_loopback_only() is expected
