"""Who has not entered the class code sees the form and nothing else, on every page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.access import codes
from fmnist_core.access.attempts import FREE_FAILURES, AttemptLimiter
from fmnist_core.ui import access_gate, identity
from fmnist_core.ui.navigation import PAGES
from fmnist_core.ui.page import ROUTED
from tests.apptest import APP, html

NAVIGATION = '<div class="lab-brand">'
FILES = [entry.file for entry in PAGES]


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a server that asks for the class code; time stands still."""
    path = tmp_path / "lab.toml"
    path.write_text("[access]\nclass_code_required = true\n")
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    # AppTest's own address is another mock each time.
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.ip_address", "192.168.1.20")
    monkeypatch.setattr(access_gate, "LIMITER", AttemptLimiter(codes.role_of, clock=lambda: 0.0))
    monkeypatch.setattr(access_gate, "PATIENCE", 0.0)
    return path


def open_app() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.exception
    return app


def enter(app: AppTest, code: str) -> AppTest:
    app.text_input(access_gate.ENTERED).set_value(code)
    app.button[0].click().run()
    assert not app.exception
    return app


def is_form(app: AppTest) -> bool:
    labels = [field.label for field in app.text_input]
    return labels == ["Class code"] and NAVIGATION not in html(app)


@pytest.mark.parametrize("file", FILES)
def test_no_page_is_drawn_before_the_code(file: str) -> None:
    app = open_app()
    assert is_form(app)
    assert is_form(app.switch_page(file).run())


@pytest.mark.parametrize("file", FILES)
def test_no_page_is_drawn_by_its_own_file(file: str) -> None:
    app = AppTest.from_file(str(paths.PROJECT / file), default_timeout=60)
    app.session_state[ROUTED] = True
    assert is_form(app.run())


def test_wrong_codes_are_told_and_the_right_one_opens() -> None:
    app = enter(open_app(), "wrong")
    assert "not the code" in app.error[0].value
    assert is_form(enter(app, "  "))
    assert not app.error
    enter(app, codes.format_code(codes.current_codes().class_code).lower())
    assert "home-verdict" in html(app)
    assert identity.ROLE in app.session_state


@pytest.mark.parametrize("is_long", [True, False])
def test_a_link_with_the_code_opens(is_long: bool) -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    code = codes.current_codes().class_code
    app.query_params["code"] = codes.link_code() if is_long else code
    app.run()
    assert NAVIGATION in html(app)


def test_a_link_with_an_old_code_counts_once() -> None:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["code"] = "CDFHJK"
    for _ in range(FREE_FAILURES + 1):
        app.run()
        assert is_form(app)
        assert "not the code" in app.error[0].value


def test_too_many_wrong_codes_have_to_wait() -> None:
    app = open_app()
    for _ in range(FREE_FAILURES + 1):
        enter(app, "wrong")
    enter(app, codes.current_codes().class_code)
    assert "Too many wrong codes" in app.error[0].value
    assert is_form(app)


@pytest.mark.parametrize("name", ["link_code", "teacher_code"])
def test_codes_that_nobody_guesses_are_taken_meanwhile(name: str) -> None:
    app = open_app()
    for _ in range(FREE_FAILURES + 1):
        enter(app, "wrong")
    current = codes.current_codes()
    enter(app, codes.link_code() if name == "link_code" else current.teacher_code)
    assert "home-verdict" in html(app)


@pytest.mark.parametrize("text", ["[access", "[access]\nclass_code = 'abc'\n"])
def test_damaged_settings_open_nothing(text: str, settings: Path) -> None:
    settings.write_text(text)
    app = open_app()
    assert len(app.error) == 1
    assert NAVIGATION not in html(app)


def test_damaged_settings_tell_a_network_nothing(settings: Path, monkeypatch) -> None:
    settings.write_text("[access]\nclass_code = 'abc'\n")
    monkeypatch.setattr(access_gate.addresses, "is_loopback", lambda _: False)
    assert "abc" not in open_app().error[0].value
