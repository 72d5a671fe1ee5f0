"""Widgets keep what a click or code has set, also across pages."""

from streamlit.testing.v1 import AppTest


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
