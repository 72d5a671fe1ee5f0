"""An hour of a class on the app itself leaves nothing behind; a day is spread evenly over hours."""

import argparse

from fmnist_core.bench import long_life


def test_an_hour_leaves_nothing_behind(run_benchmark):
    arguments = "--hours 1 --visits 5 --listed 5 --trained 1 --kept 1"
    result = run_benchmark(long_life, *arguments.split())
    left = result["left behind"]
    for name in ("processes", "locks", "partial files and folders", "runs not finished"):
        assert left[name] == 0, name
    assert left["files"] <= 0
    assert left["threads"] <= 1  # Starlette adds idle threads to its pool as it needs them
    assert result["errors"] == 0
    assert result["after the last session"]["finished runs"] == 2


def test_a_day_is_spread_over_its_hours():
    arguments = argparse.Namespace(hours=24, visits=500, trained=50)
    hours = list(long_life.plan(arguments))
    assert len(hours) == 24
    assert sum(sessions for sessions, _ in hours) == 100
    assert sum(trained for _, trained in hours) == 50
    assert {sessions for sessions, _ in hours} == {4, 5}


def test_somebody_comes_every_hour():
    arguments = argparse.Namespace(hours=3, visits=5, trained=1)
    assert [sessions for sessions, _ in long_life.plan(arguments)] == [1, 1, 1]
