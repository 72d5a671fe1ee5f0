"""A part of a page that refreshes itself."""

from streamlit.testing.v1 import AppTest


def page_that_waits() -> None:
    import streamlit as st

    from fmnist_core.ui import polling

    state = st.session_state
    state["page runs"] = state.get("page runs", 0) + 1

    def is_done() -> bool:
        state["looks"] = state.get("looks", 0) + 1
        return state["looks"] > 1

    def draw(text: str) -> None:
        st.caption(text)

    polling.poll(draw, every=5.0, watch=is_done)("waiting" if state["page runs"] == 1 else "done")


def page_with_two() -> None:
    import streamlit as st

    from fmnist_core.ui import polling

    def draw_first() -> None:
        st.caption("first")

    def draw_second() -> None:
        st.caption("second")

    polling.poll(draw_first, every=None)()
    polling.poll(draw_second, every=5.0)()


def test_page_reruns_when_what_is_watched_changes() -> None:
    app = AppTest.from_function(page_that_waits).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == ["done"]
    assert app.session_state["page runs"] == 2


def test_two_in_one_container_are_two_fragments() -> None:
    app = AppTest.from_function(page_with_two).run()
    assert not app.exception
    assert len(app._fragment_storage._fragments) == 2
