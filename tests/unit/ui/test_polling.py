"""A part of a page that refreshes itself."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core.ui import identity, polling
from fmnist_core.ui.refresh_rate import OVERHEAD_SECONDS, RefreshBudget


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


class RerunError(Exception):
    """What `st.rerun` raises here."""


def rerun():
    raise RerunError


@pytest.fixture
def budget(monkeypatch):
    """The budget of a server that nobody uses."""
    budget = RefreshBudget()
    monkeypatch.setattr(polling, "BUDGET", budget)
    return budget


@pytest.fixture
def poll(monkeypatch):
    """Poll something every second; returns the fragment's function and its interval."""
    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "fragment", lambda draw, *, run_every: (draw, run_every))
    return lambda: polling.poll(lambda: None, every=1.0)


def watch(budget, number):
    for part in range(number):
        budget.note(str(part), every=1.0)


def test_a_crowd_refreshes_less_often(poll, budget):
    assert poll()[1] == 1.0
    watch(budget, 100)
    assert poll()[1] > 2.0


def test_page_reruns_when_a_crowd_comes(poll, budget):
    draw, _ = poll()
    draw()
    watch(budget, 100)
    with pytest.raises(RerunError):
        draw()


def test_a_live_part_counts_once(poll, budget):
    draw, _ = poll()
    for _ in range(20):
        draw()
    assert OVERHEAD_SECONDS <= budget.load() < 2 * OVERHEAD_SECONDS


@pytest.mark.usefixtures("budget")
def test_page_asks_for_the_code_when_it_was_replaced(poll, monkeypatch):
    draw, _ = poll()
    draw()
    monkeypatch.setattr(identity, "is_admitted", lambda: False)
    with pytest.raises(RerunError):
        draw()
