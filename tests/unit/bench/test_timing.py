"""Candidates run in turns, and the first turn is a warm-up."""

import itertools

from fmnist_core.bench.timing import measure_interleaved_rates, median_ratio


def test_candidates_take_turns():
    log = []

    def candidate(name):
        for _ in itertools.count():
            log.append(name)
            yield 1

    rates = measure_interleaved_rates(
        {"a": candidate("a"), "b": candidate("b")}, turn_seconds=0.001, turns=2
    )
    assert [name for name, _ in itertools.groupby(log)] == ["a", "b"] * 3
    assert {name: len(turns) for name, turns in rates.items()} == {"a": 2, "b": 2}


def test_ratio_is_the_median_over_turns():
    assert median_ratio([2, 30, 4], [1, 3, 4]) == 2
