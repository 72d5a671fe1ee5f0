"""A run is one's own if this browser started it, or if it has the name that is kept here."""

import pytest

from fmnist_core.ui import identity, own_runs, run_list, sticky_widgets
from tests.factories import MakeRun


def own_ids() -> list[str]:
    return [run.id for run in own_runs.own_runs(run_list.runs())]


@pytest.mark.usefixtures("state")
def test_runs_of_others_and_examples_are_not_own(make_run: MakeRun) -> None:
    make_run(run_id="hers", by="Ada", finished=True)
    make_run(run_id="nobody's", by="", finished=True)
    assert own_ids() == []
    assert own_runs.last_own_run(run_list.runs()) is None


def test_started_runs_and_runs_under_the_name_are_own(make_run: MakeRun, state: dict) -> None:
    make_run(run_id="a-started", by="", finished=True)
    make_run(run_id="b-named", by="Ada", finished=True)
    make_run(run_id="c-other", by="Bob", finished=True)
    own_runs.note_started("a-started")
    state[sticky_widgets.STUDENT] = " ada"
    assert own_ids() == ["b-named", "a-started"]
    assert own_runs.last_own_run(run_list.runs()).id == "b-named"


@pytest.mark.parametrize(("has_class", "own"), [(True, ["nobody's"]), (False, ["nobody's", "his"])])
def test_in_a_class_a_name_that_another_has_entered_makes_no_run_own(
    has_class: bool, own: list[str], make_run: MakeRun, state: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(run_id="his", by="Ada", finished=True)
    run.write_metadata(run.metadata().model_copy(update={"owner": "b0b"}))
    make_run(run_id="nobody's", by="Ada", finished=True)
    state[sticky_widgets.STUDENT] = "Ada"
    monkeypatch.setattr(identity, "has_class", lambda: has_class)
    assert own_ids() == own


def test_the_last_own_run_may_be_unfinished_if_asked(make_run: MakeRun, state: dict) -> None:
    make_run(run_id="a", finished=True)
    make_run(run_id="b")
    state[sticky_widgets.STUDENT] = "Ada"
    assert own_runs.last_own_run(run_list.runs()).id == "a"
    assert own_runs.last_own_run(run_list.runs(), finished=False).id == "b"


def test_the_browser_keeps_them_for_the_next_session(state: dict, browser: dict) -> None:
    own_runs.note_started("a")
    own_runs.keep()
    assert browser == {own_runs.STARTED: "a"}
    state.clear()
    own_runs.note_started("b")
    own_runs.keep()
    assert browser == {own_runs.STARTED: "a,b"}


@pytest.mark.usefixtures("state")
def test_a_session_that_starts_nothing_overwrites_nothing(browser: dict) -> None:
    own_runs.keep()
    assert browser == {}


@pytest.mark.usefixtures("state")
def test_old_ids_are_dropped() -> None:
    for number in range(own_runs.MAX_KEPT + 5):
        own_runs.note_started(str(number))
    assert own_runs._started()[0] == "5"
