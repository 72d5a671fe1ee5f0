import os
import time

import pytest

from fmnist_core.errors import RecipeError, RunError
from fmnist_core.runs import store
from fmnist_core.search import searches
from fmnist_core.search.searches import SearchProgress, SearchState, TrialResult, TrialState


def trial(number, accuracy):
    return TrialResult(
        number=number, run="", state=TrialState.COMPLETE, values={}, accuracy=accuracy
    )


def test_a_search_is_saved_listed_and_started(make_search, runs_folder, no_process):
    search = make_search(by="Mia")
    assert searches.list_searches(runs_folder) == [search]
    assert searches.get_search(search.id, runs_folder) == search
    assert no_process == [search]
    spec = search.spec()
    assert (spec.name, spec.by, len(spec.dimensions)) == ("Mine", "Mia", 2)
    assert search.state() is SearchState.STARTING


def test_searches_are_no_runs(make_search, runs_folder):
    make_search()
    assert store.list_runs(runs_folder) == []


def test_nothing_is_saved_of_a_search_that_cannot_be(make_search, runs_folder):
    with pytest.raises(RecipeError):
        make_search("learning_rte")
    assert searches.list_searches(runs_folder) == []


@pytest.mark.parametrize("minutes", [0, 1e9, float("nan")])
def test_minutes_are_limited(make_search, minutes):
    with pytest.raises(RecipeError, match="minutes"):
        make_search(minutes=minutes)


def test_an_unknown_search_is_said(make_search, runs_folder):
    known = make_search().id
    with pytest.raises(RunError, match=known):
        searches.get_search("nosuch", runs_folder)


@pytest.mark.parametrize(
    ("ended", "state"),
    [
        ("time", SearchState.FINISHED),
        ("stopped", SearchState.STOPPED),
        ("error", SearchState.FAILED),
        ("", SearchState.INTERRUPTED),
    ],
)
def test_its_state_follows_from_its_files(make_search, ended, state):
    search = make_search()
    with search.lock().acquire(timeout=1):
        assert search.state() is SearchState.RUNNING
    search.lock_file.touch()
    search.write_progress(SearchProgress(ended=ended))
    assert search.state() is state


def test_a_search_whose_process_never_came_is_interrupted(make_search):
    search = make_search()
    before = time.time() - searches.START_SECONDS - 1
    os.utime(search.path / "search.json", (before, before))
    assert search.state() is SearchState.INTERRUPTED


@pytest.mark.parametrize("name", ["search.json", "progress.json"])
@pytest.mark.parametrize("content", [b"", b"{", b'{"trials": 3, "recipe": {}}', b"\xff"])
def test_damaged_files_are_said(make_search, name, content):
    search = make_search()
    (search.path / name).write_bytes(content)
    assert search.state() is SearchState.DAMAGED
    with pytest.raises(RunError, match="damaged"):
        search.spec() if name == "search.json" else search.progress()


def test_a_stopped_search_goes_on(make_search, no_process):
    search = make_search()
    with search.lock().acquire(timeout=1):
        searches.stop_search(search)
    search.write_progress(SearchProgress(trials=(trial(0, 0.5),), ended="stopped"))
    searches.resume_search(search)
    assert len(no_process) == 2
    assert search.state() is SearchState.STARTING
    assert not search.stop_file.exists()
    assert search.progress().trials == (trial(0, 0.5),)


def test_only_what_runs_is_stopped_and_only_what_does_not_goes_on(make_search):
    search = make_search()
    with search.lock().acquire(timeout=1), pytest.raises(RunError, match="running"):
        searches.resume_search(search)
    search.write_progress(SearchProgress(ended="time"))
    with pytest.raises(RunError, match="finished"):
        searches.stop_search(search)


def test_one_person_has_one_search_at_a_time(make_search):
    first = make_search(owner="mia", is_limited=True)
    with pytest.raises(RunError, match="already have a search"):
        make_search(owner="mia", is_limited=True)
    make_search(owner="tom", is_limited=True)
    first.write_progress(SearchProgress(ended="stopped"))
    second = make_search(owner="mia", is_limited=True)
    with pytest.raises(RunError, match="already have a search"):
        searches.resume_search(first)
    second.write_progress(SearchProgress(ended="time"))
    searches.resume_search(first)


def test_the_best_trial_is_the_first_of_the_most_accurate():
    progress = SearchProgress(trials=(trial(0, 0.7), trial(1, 0.8), trial(2, 0.8), trial(3, None)))
    assert progress.best == trial(1, 0.8)
    assert SearchProgress().best is None
