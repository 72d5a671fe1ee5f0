"""Interrupted searches go on by themselves; others do not."""

import pytest

from fmnist_core.search import restarts
from fmnist_core.search.searches import SearchProgress, SearchState


@pytest.fixture
def interrupted(make_search, no_process):
    """A search whose process has died."""
    search = make_search()
    search.lock_file.touch()
    no_process.clear()
    assert search.state() is SearchState.INTERRUPTED
    return search


def test_an_interrupted_search_goes_on_once(interrupted, runs_folder, no_process):
    restarts.resume_interrupted(runs_folder)
    restarts.resume_interrupted(runs_folder)
    assert no_process == [interrupted]
    assert interrupted.state() is SearchState.STARTING


def test_a_search_whose_process_dies_each_time_is_left(interrupted, runs_folder, no_process):
    for _ in range(restarts.MAX_RESTARTS + 2):
        interrupted.lock_file.touch()
        restarts.resume_interrupted(runs_folder)
    assert len(no_process) == restarts.MAX_RESTARTS
    assert interrupted.state() is SearchState.INTERRUPTED


@pytest.mark.parametrize("ended", ["time", "stopped", "error"])
def test_a_search_that_has_ended_is_left(interrupted, runs_folder, no_process, ended):
    interrupted.write_progress(SearchProgress(ended=ended))
    restarts.resume_interrupted(runs_folder)
    assert no_process == []


def test_a_damaged_or_running_search_is_left(interrupted, runs_folder, no_process):
    with interrupted.lock().acquire(timeout=1):
        restarts.resume_interrupted(runs_folder)
    (interrupted.path / "search.json").write_text("{")
    restarts.resume_interrupted(runs_folder)
    assert no_process == []
