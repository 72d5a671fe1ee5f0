"""A person keeps their id in a signed cookie; on a server of this machine alone, all may do all."""

import time
from pathlib import Path

import pytest

from fmnist_core.access import codes, signing
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import identity


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


@pytest.fixture
def class_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that other machines can connect to."""
    set_address(monkeypatch, "0.0.0.0")


def set_address(monkeypatch: pytest.MonkeyPatch, address: str | None) -> None:
    options = {"server.address": address, "secrets.files": []}
    monkeypatch.setattr(identity.st, "get_option", options.get)


def set_user(monkeypatch: pytest.MonkeyPatch, **claims: object) -> None:
    """A login is configured, and this is the user."""

    class User(dict):
        is_logged_in = bool(claims)

    monkeypatch.setattr(identity, "login_is_configured", lambda: True)
    monkeypatch.setattr(identity.st, "user", User(claims))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file, to be written."""
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


def run_of(owner: str) -> RunSummary:
    return RunSummary(run=Run(Path("runs/a")), state=RunState.FINISHED, name="A", owner=owner)


@pytest.mark.usefixtures("state", "browser")
def test_on_a_server_for_its_own_machine_everybody_teaches(monkeypatch) -> None:
    set_address(monkeypatch, "localhost")
    assert identity.is_admitted()
    assert identity.is_teacher()
    assert identity.may_control(run_of("somebody"))


@pytest.mark.usefixtures("state", "browser")
@pytest.mark.parametrize("address", ["", None, "0.0.0.0", "::", "192.168.1.7", "unix:///a.sock"])
def test_a_server_for_others_lets_nobody_in_without_a_code(address, monkeypatch) -> None:
    set_address(monkeypatch, address)
    assert not identity.is_admitted()
    assert not identity.is_teacher()


@pytest.mark.usefixtures("state", "browser")
def test_the_settings_may_ask_for_the_code_everywhere(settings, monkeypatch) -> None:
    set_address(monkeypatch, "localhost")
    settings.write_text("[access]\nclass_code_required = true\n")
    assert not identity.is_admitted()


@pytest.mark.usefixtures("class_server")
def test_the_class_code_lets_in_also_in_the_next_session(state: dict, browser: dict) -> None:
    identity.set_role("class")
    identity.keep()
    assert set(browser) == {identity.PERSON, identity.ROLE}
    state.clear()
    assert identity.is_admitted()
    assert not identity.is_teacher()
    assert not identity.may_control(run_of("somebody"))
    assert not identity.may_control(run_of(""))
    assert identity.may_control(run_of(identity.person_id()))


@pytest.mark.usefixtures("class_server")
def test_a_reload_before_the_browser_has_the_cookie_asks_for_no_code(
    state: dict, browser: dict
) -> None:
    identity.keep()  # the form for the code
    identity.set_role("class")
    state.clear()
    assert identity.is_admitted()
    identity.keep()
    assert identity.ROLE in browser
    person = browser.pop(identity.PERSON)
    del browser[identity.ROLE]
    state.clear()
    assert not identity.is_admitted(), "another browser"
    browser[identity.PERSON] = person
    state.clear()
    identity.leave()
    state.clear()
    assert not identity.is_admitted()


@pytest.mark.usefixtures("class_server", "state", "browser")
def test_the_teachers_code_unlocks_everything_until_given_back() -> None:
    identity.set_role("teacher")
    assert identity.is_admitted()
    assert identity.may_control(run_of("somebody"))
    identity.set_role("class")
    assert identity.is_admitted()
    assert not identity.may_control(run_of("somebody"))


@pytest.mark.usefixtures("class_server", "state")
def test_a_cookie_of_another_kind_lets_nobody_in(browser: dict) -> None:
    browser[identity.ROLE] = signing.sign("teacher", purpose=identity.ROLE)
    assert not identity.is_admitted()
    browser[identity.ROLE] = signing.sign_dated("teacher", purpose=identity.PERSON)
    assert not identity.is_admitted()


@pytest.mark.usefixtures("class_server", "state", "browser")
def test_a_code_lets_in_for_some_hours_and_until_the_codes_are_replaced(monkeypatch) -> None:
    now = time.time()
    identity.set_role("class")
    monkeypatch.setattr(time, "time", lambda: now + 11 * 3600)
    assert identity.is_admitted()
    monkeypatch.setattr(time, "time", lambda: now + 13 * 3600)
    assert not identity.is_admitted()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    codes.replace_codes()
    assert not identity.is_admitted()


@pytest.mark.usefixtures("class_server", "state", "browser")
def test_a_clock_that_is_set_back_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    codes.replace_codes()
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    identity.set_role("class")
    assert identity.is_admitted()


@pytest.mark.usefixtures("state", "browser", "class_server")
def test_a_login_takes_the_place_of_the_code(settings, monkeypatch) -> None:
    set_user(monkeypatch)
    identity.set_role("class")
    assert not identity.is_admitted(), "a code does not replace the login"
    settings.write_text(
        '[access]\nmembers = ["@school.example"]\nteachers = ["T@school.example"]\n'
    )
    set_user(monkeypatch, iss="i", sub="1", email="ada@school.example")
    assert identity.is_admitted()
    assert not identity.is_teacher()
    ada = identity.person_id()
    set_user(monkeypatch, iss="i", sub="2", email="t@school.example", email_verified=True)
    assert identity.is_teacher()
    assert identity.person_id() != ada


@pytest.mark.usefixtures("state", "browser")
@pytest.mark.parametrize(
    "claims",
    [{"email": "eve@other.example"}, {"email": "t@school.example", "email_verified": False}, {},
     {"email": "@school.example.other"}, {"email": None}, {"email": "school.example"}],
)  # fmt: skip
def test_others_who_can_log_in_stay_outside(claims: dict, settings, monkeypatch) -> None:
    settings.write_text(
        '[access]\nmembers = ["@school.example"]\nteachers = ["t@school.example"]\n'
    )
    set_user(monkeypatch, sub="1", **claims)
    assert not identity.is_admitted()
    assert not identity.is_teacher()
    identity.set_role("teacher")
    assert not identity.is_teacher()


def test_secrets_that_cannot_be_read_are_a_login_that_nobody_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secrets.toml"
    identity._has_login.cache_clear()
    monkeypatch.setattr(identity.st.secrets, "load_if_toml_exists", lambda: False)
    monkeypatch.setattr(identity.st, "get_option", {"secrets.files": [str(file)]}.get)
    assert not identity.login_is_configured()
    file.write_text("[auth")
    assert identity.login_is_configured()
    identity._has_login.cache_clear()
