"""How long runs take: their own progress, else their estimate; slow training slows what waits."""

import os
import time

import pytest

from fmnist_core.jobs import forecast
from fmnist_core.runs.run import Run
from tests import factories


def trained(make_run, *, seconds=20.0, eta=40.0, **options) -> Run:
    """A run that has trained so long, and expects to train so long still."""
    step = factories.step(5, eta_seconds=eta).model_copy(update={"seconds": seconds})
    return make_run(factories.started(), step, expected_seconds=30.0, **options)


def test_run_without_steps_takes_its_expected_time(make_run):
    assert forecast.seconds_left(make_run(factories.started(), expected_seconds=77.0)) == 77
    assert forecast.seconds_left(make_run(factories.started())) == forecast.UNKNOWN_SECONDS


def test_run_with_steps_says_itself_when_it_ends(make_run):
    run = trained(make_run)
    assert forecast.has_step(run)
    assert forecast.seconds_left(run) == 40


def test_no_duration_is_believed_that_no_run_takes(make_run):
    forged = make_run(factories.started(), factories.step(1, eta_seconds=1e12))
    assert forecast.seconds_left(forged) == forecast.MAX_SECONDS


@pytest.mark.parametrize(
    ("seconds", "eta", "slowdown"), [(20.0, 40.0, 2), (20.0, 4000.0, 4), (1.0, 40.0, 1)]
)
def test_slowdown_of_the_run_that_trains(make_run, runs_folder, seconds, eta, slowdown):
    running = trained(make_run, seconds=seconds, eta=eta)
    assert forecast.slowdown(runs_folder, [running]) == slowdown


def test_between_two_runs_the_last_one_tells(make_run, runs_folder):
    trained(make_run, seconds=90.0, eta=0.0, finished=True)
    last = trained(make_run, seconds=45.0, eta=0.0, finished=True)
    later = time.time() + 5
    os.utime(last.report_file, (later, later))
    assert forecast.slowdown(runs_folder, []) == 1.5
    last.metadata_file.write_text("{")
    assert forecast.slowdown(runs_folder, []) == 1


def test_what_finished_long_ago_tells_nothing(make_run, runs_folder):
    assert forecast.slowdown(runs_folder, []) == 1
    run = trained(make_run, seconds=45.0, eta=0.0, finished=True)
    ago = time.time() - forecast.RECENT_SECONDS - 1
    os.utime(run.report_file, (ago, ago))
    assert forecast.slowdown(runs_folder, []) == 1
