"""The menu of a class: absent without a class, modest for pupils, complete for the teacher."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core.access import codes
from fmnist_core.ui import class_panel, identity
from tests.apptest import html


def menu() -> None:
    from fmnist_core.ui import class_panel

    class_panel.draw()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a server with a class."""
    path = tmp_path / "lab.toml"
    path.write_text("[access]\nclass_code_required = true\n")
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


def buttons(app: AppTest) -> list[str]:
    assert not app.exception
    return [button.label for button in app.button]


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def unlock(app: AppTest, code: str) -> AppTest:
    app.text_input(class_panel.TEACHER_CODE).set_value(code)
    return press(app, "Unlock")


def test_without_a_class_there_is_no_menu() -> None:
    assert buttons(AppTest.from_function(menu).run()) == []


@pytest.mark.usefixtures("settings")
def test_the_teachers_code_unlocks_and_locks_again() -> None:
    app = AppTest.from_function(menu).run()
    assert buttons(app) == ["Unlock", "Leave on this device"]
    assert "not the code" in unlock(app, "wrong").error[0].value
    assert "class code" in unlock(app, codes.current_codes().class_code).error[0].value
    unlock(app, codes.current_codes().teacher_code)
    assert "Show to the class" in buttons(app)
    assert buttons(press(app, "Stop teaching here")) == ["Unlock", "Leave on this device"]


@pytest.mark.usefixtures("settings")
def test_the_class_is_shown_address_code_and_image() -> None:
    app = unlock(AppTest.from_function(menu).run(), codes.current_codes().teacher_code)
    shown = html(press(app, "Show to the class"))
    assert codes.format_code(codes.current_codes().class_code) in shown
    assert "data:image/svg+xml" in shown
    assert "http://" in shown


@pytest.mark.usefixtures("settings")
def test_a_new_class_code_keeps_the_teacher_in() -> None:
    app = unlock(AppTest.from_function(menu).run(), codes.current_codes().teacher_code)
    first = codes.current_codes().class_code
    press(app, "New class code")
    app.button("confirm new class code").click().run()
    assert codes.current_codes().class_code != first
    assert "Show to the class" in buttons(app.run())


def test_a_code_from_the_settings_is_not_replaced(settings: Path) -> None:
    settings.write_text("[access]\nclass_code_required = true\nclass_code = 'Ginkgo7b'\n")
    app = unlock(AppTest.from_function(menu).run(), codes.current_codes().teacher_code)
    press(app, "New class code")
    assert "lab.toml" in app.warning[0].value


@pytest.mark.usefixtures("settings")
def test_leaving_forgets_the_person() -> None:
    app = unlock(AppTest.from_function(menu).run(), codes.current_codes().teacher_code)
    press(app, "Leave on this device")
    assert identity.ROLE not in app.session_state
    assert "Unlock" in buttons(app)


def test_with_a_login_one_logs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    user = type("User", (dict,), {"is_logged_in": True})(iss="i", sub="1")
    monkeypatch.setattr(identity, "login_is_configured", lambda: True)
    monkeypatch.setattr(st, "user", user)
    assert buttons(AppTest.from_function(menu).run()) == ["Unlock", "Log out"]
