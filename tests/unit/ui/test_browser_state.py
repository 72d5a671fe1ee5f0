"""Values go to the browser, and a scroll is requested once."""

import json

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from fmnist_core.ui import browser_state

    kept = browser_state.keep_value("student", st.session_state.get("value"), storage="local")
    st.caption(f"kept {kept}")
    browser_state.announce("Training finished.")
    browser_state.draw_scroll()
    if st.session_state.get("scrolls"):
        browser_state.request_scroll("images")
        browser_state.draw_scroll()


def sent(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


def test_browser_is_asked_until_the_session_has_a_value():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert app.caption[0].value == "kept None"
    asked = {"kind": "keep", "name": "student", "storage": "local", "value": None}
    assert sent(app)[0] == asked
    app.session_state["value"] = "Ada"
    assert sent(app.run())[0] == asked | {"value": "Ada"}


def test_nothing_scrolls_until_it_is_requested():
    app = AppTest.from_function(page).run()
    assert [data["kind"] for data in sent(app)] == ["keep", "announce"]
    app.session_state["scrolls"] = True
    assert sent(app.run())[-1] == {"kind": "scroll", "target": "images", "version": 1}
