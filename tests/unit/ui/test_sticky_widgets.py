"""Widgets keep what a click or code has set, also across pages."""

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core.ui import browser_state, sticky_widgets


def page() -> None:
    import streamlit as st

    from fmnist_core.ui import sticky_widgets

    state = st.session_state
    if state.get("set by code"):
        state["choice"], state["number"] = "b", 7
        state["set by code"] = False
    if not state.get("is elsewhere"):
        state["first"] = sticky_widgets.is_first_render("choice")
        choice = sticky_widgets.button_row("Choice", ["a", "b"], key="choice")
        number = sticky_widgets.number_input("Number", max_value=9, key="number", width=100)
        st.caption(f"{choice} {number}")


def open_page() -> AppTest:
    app = AppTest.from_function(page).run()
    assert not app.exception
    return app


def shown(app: AppTest) -> str:
    return app.caption[0].value


def test_values_set_by_code_are_shown() -> None:
    app = open_page()
    assert shown(app) == "a 0"
    app.session_state["set by code"] = True
    app.run()
    assert shown(app) == "b 7"
    assert app.number_input[0].value == 7


def test_values_are_kept_while_the_widgets_are_away() -> None:
    app = open_page()
    app.number_input[0].set_value(5).run()
    app.session_state["is elsewhere"] = True
    app.run()
    assert not app.caption
    app.session_state["is elsewhere"] = False
    app.run()
    assert shown(app) == "a 5"


def test_first_render_is_told_from_later_ones() -> None:
    app = open_page()
    assert app.session_state["first"]
    app.run()
    assert not app.session_state["first"]


def student_page() -> None:
    import streamlit as st

    from fmnist_core.ui import sticky_widgets

    sticky_widgets.keep_student()
    if not st.session_state.get("is elsewhere"):
        sticky_widgets.ask_student()
    st.caption(sticky_widgets.get_student())


class Browser:
    """What a browser keeps, instead of the cookies of `browser_state`."""

    def __init__(self, kept: str) -> None:
        self.kept = kept

    def keep_value(self, name: str, value: str) -> None:
        assert name == sticky_widgets.STUDENT
        self.kept = value

    def kept_value(self, name: str) -> str:
        assert name == sticky_widgets.STUDENT
        return self.kept


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A browser that has kept the name Ada."""
    browser = Browser("Ada")
    monkeypatch.setattr(browser_state, "keep_value", browser.keep_value)
    monkeypatch.setattr(browser_state, "kept_value", browser.kept_value)
    return browser


def test_name_that_the_browser_has_kept_is_shown(browser: Browser) -> None:
    app = AppTest.from_function(student_page).run()
    assert (app.text_input[0].value, shown(app)) == (browser.kept, "Ada")


def test_entered_name_is_kept_in_the_browser(browser: Browser) -> None:
    app = AppTest.from_function(student_page).run()
    app.text_input[0].set_value("Bob").run()
    assert (app.text_input[0].value, shown(app), browser.kept) == ("Bob", "Bob", "Bob")


def test_cleared_name_is_deleted_and_a_tab_without_one_deletes_nothing(browser: Browser) -> None:
    app = AppTest.from_function(student_page).run()
    app.run()
    assert browser.kept == "Ada"
    app.text_input[0].set_value("").run()
    app.run()
    assert (app.text_input[0].value, shown(app), browser.kept) == ("", "", "")


@pytest.mark.usefixtures("browser")
def test_name_is_known_on_pages_that_do_not_ask_for_it() -> None:
    app = AppTest.from_function(student_page)
    app.session_state["is elsewhere"] = True
    app.run()
    assert shown(app) == "Ada"
    app.session_state["is elsewhere"] = False
    app.run()
    assert app.text_input[0].value == "Ada"
