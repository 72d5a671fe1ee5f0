import shutil
import time

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import limits, queue, slots
from fmnist_core.jobs.executors import registry
from fmnist_core.jobs.executors.executor import Capacity
from fmnist_core.runs.run import Run, RunState
from fmnist_core.search import searcher
from fmnist_core.search.searches import SearchState, TrialState
from tests import factories

pytestmark = pytest.mark.usefixtures("instant_runs")
SECONDS_PER_RUN = 20  # as `factories.finish` writes it


def test_trials_follow_one_another_until_the_time_is_used_up(make_search, instant_runs):
    search = make_search(minutes=3.0)
    searcher.main(search)
    progress = search.progress()
    assert search.state() is SearchState.FINISHED
    assert len(progress.trials) == 3 * 60 / SECONDS_PER_RUN == len(instant_runs.submitted)
    assert progress.seconds == pytest.approx(180)
    assert all(trial.state is TrialState.COMPLETE for trial in progress.trials)
    assert [trial.run for trial in progress.trials] == [run.id for run in instant_runs.submitted]


def test_the_sampler_learns_what_matters(make_search):
    search = make_search(minutes=8.0)
    searcher.main(search)
    progress = search.progress()
    accuracies = [trial.accuracy for trial in progress.trials]
    assert sum(accuracies[-8:]) > sum(accuracies[:8])
    assert progress.importances["dropout"] > progress.importances["learning_rate"]
    assert progress.best.values["dropout"] == min(
        trial.values["dropout"] for trial in progress.trials
    )


def test_a_trial_holds_what_its_run_was_trained_with(make_search, instant_runs):
    search = make_search()
    searcher.main(search)
    for trial, run in zip(search.progress().trials, instant_runs.submitted, strict=True):
        recipe = run.recipe()
        assert trial.values == {"dropout": recipe.dropout, "learning_rate": recipe.learning_rate}
        assert run.metadata().name == f"Mine · trial {trial.number + 1}"


def test_a_trial_that_looks_worse_than_most_is_stopped(make_search, instant_runs, monkeypatch):
    search = make_search(minutes=3.0)
    instant_runs.held = {6}
    monkeypatch.setattr(searcher.optuna.Trial, "should_prune", lambda trial: trial.number == 6)
    searcher.main(search)
    trial = search.progress().trials[6]
    assert trial.state is TrialState.PRUNED
    assert instant_runs.submitted[6].reason() == searcher.STOPPED_EARLY


def test_stop_ends_the_search_and_its_trial(make_search, instant_runs):
    search = make_search()
    instant_runs.held = {0}
    search.stop_file.touch()
    one = searcher.Searcher(search)
    one._start_trial()
    one.run()
    assert search.state() is SearchState.STOPPED
    assert instant_runs.submitted[0].state() is RunState.STOPPED


def test_an_interrupted_search_goes_on_with_its_trial(make_search, instant_runs):
    search = make_search()
    instant_runs.held = {0}
    searcher.Searcher(search)._start_trial()  # and its process is killed
    instant_runs.submitted[0].append_event(factories.epoch(2))
    factories.finish(instant_runs.submitted[0])
    searcher.main(search)
    trials = search.progress().trials
    assert [trial.number for trial in trials] == [0, 1, 2]
    assert trials[0].run == instant_runs.submitted[0].id
    assert all(trial.state is TrialState.COMPLETE for trial in trials)


def test_a_trial_whose_run_is_gone_has_failed(make_search, instant_runs):
    search = make_search()
    searcher.Searcher(search)._start_trial()
    shutil.rmtree(instant_runs.submitted[0].path)
    searcher.main(search)
    assert search.progress().trials[0].state is TrialState.FAILED
    assert search.state() is SearchState.FINISHED


def test_a_limit_of_its_owner_ends_it_with_a_sentence(make_search, monkeypatch):
    def refuse(*_):
        raise RunError("No more today.")

    monkeypatch.setattr(limits, "check_limits", refuse)
    search = make_search(owner="mia", is_limited=True)
    searcher.main(search)
    assert search.state() is SearchState.FAILED
    assert search.progress().reason == "No more today."


def test_a_full_disk_ends_it_with_a_sentence(make_search, monkeypatch):
    def refuse(*_, **__):
        raise RunError("No run can be saved.")

    monkeypatch.setattr(queue, "submit_run", refuse)
    search = make_search()
    searcher.main(search)
    assert search.progress().reason == "No run can be saved."


def test_only_one_process_runs_a_search(make_search, instant_runs, monkeypatch):
    monkeypatch.setattr(searcher, "LOCK_TIMEOUT_SECONDS", 0.05)
    search = make_search()
    with search.lock().acquire(timeout=1):
        searcher.main(search)
    assert instant_runs.submitted == []


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_the_first_trial_is_the_recipe_itself(make_search, recipe, sampler):
    search = make_search("learning_rate", "batch_size", sampler=sampler)
    searcher.main(search)
    first = search.progress().trials[0].values
    assert first == {"learning_rate": recipe.learning_rate, "batch_size": recipe.batch_size}


def test_the_start_of_a_trial_counts_but_not_its_waiting(make_search, make_run, monkeypatch):
    waiting = make_run()
    monkeypatch.setattr(queue, "submit_run", lambda *_, **__: waiting)
    search = make_search()
    one = searcher.Searcher(search)
    one._start_trial()
    with slots.hold(search.runs_folder, "cpu", timeout=0):
        pass_time(one, 7)
    assert one._used_seconds() == pytest.approx(0, abs=1)
    pass_time(one, 5)
    assert one._used_seconds() == pytest.approx(5, abs=1)
    waiting.append_event(factories.started())
    pass_time(one, 30)
    assert one._used_seconds() == pytest.approx(5, abs=1)


def pass_time(one, seconds):
    one._polled_at = time.monotonic() - seconds
    one._follow_trials()


def test_as_many_trials_train_as_there_is_room_for_but_one_waits(
    make_search, instant_runs, monkeypatch
):
    monkeypatch.setattr(registry, "capacity", lambda _: Capacity(num_slots=3))
    instant_runs.held = {0, 1, 2}
    one = searcher.Searcher(make_search())
    while one._may_start_trial():
        one._start_trial()
    assert len(instant_runs.submitted) == 3
    waiting = searcher.Searcher(make_search())
    monkeypatch.setattr(Run, "state", lambda _: RunState.QUEUED)
    waiting._start_trial()
    assert not waiting._may_start_trial()
