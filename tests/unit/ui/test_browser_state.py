"""Values go to the browser, and a scroll is requested once."""

import json

import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core.ui import browser_state


def page() -> None:
    import streamlit as st

    from fmnist_core.ui import browser_state

    browser_state.keep_focus(asks=st.session_state.get("asks", False))
    browser_state.keep_value("student", "Ada")
    st.caption(f"kept '{browser_state.kept_value('student')}'")
    st.caption(f"in tab '{browser_state.kept_in_tab('sketch')}'")
    browser_state.announce("Training finished.")
    browser_state.draw_scroll()
    if st.session_state.get("scrolls"):
        browser_state.request_scroll("images")
        browser_state.draw_scroll()


def sent(app: AppTest) -> list[dict[str, object]]:
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


def kinds(app: AppTest) -> list[object]:
    return [data["kind"] for data in sent(app)]


def test_value_goes_to_the_browser():
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert {"kind": "keep", "name": "fashion-mnist-lab-student", "value": "Ada"} in sent(app)


def test_what_the_browser_has_kept_comes_with_the_request(monkeypatch):
    cookies = {"fashion-mnist-lab-student": "J%C3%BCrgen%2C%20A."}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    assert AppTest.from_function(page).run().caption[0].value == "kept 'Jürgen, A.'"


def test_tab_is_asked_only_if_one_has_kept_something(monkeypatch):
    app = AppTest.from_function(page).run()
    assert "ask tab" not in kinds(app)
    assert app.caption[1].value == "in tab ''"
    monkeypatch.setattr(type(st.context), "cookies", {"fashion-mnist-lab-sketch": "in%20a%20tab"})
    app.run()
    assert "ask tab" in kinds(app)
    assert app.caption[1].value == "in tab 'None'"


def test_browser_is_asked_once_whether_the_component_runs():
    app = AppTest.from_function(page)
    app.session_state["asks"] = True
    assert sent(app.run())[0] == {"kind": "focus", "asks": True}
    app.session_state[browser_state.ANSWERED] = True
    assert sent(app.run())[0] == {"kind": "focus", "asks": False}


def test_nothing_scrolls_until_it_is_requested():
    app = AppTest.from_function(page).run()
    assert "scroll" not in kinds(app)
    app.session_state["scrolls"] = True
    assert sent(app.run())[-1] == {"kind": "scroll", "target": "images", "version": 1}
