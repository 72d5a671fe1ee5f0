"""Timing that a noisy machine cannot spoil: contestants take turns, medians and ratios count."""

import statistics
import time
from collections.abc import Iterator, Mapping


def interleaved_rates(
    contestants: Mapping[str, Iterator[int]], *, turn_seconds: float, turns: int
) -> dict[str, list[float]]:
    """Items per second of each contestant in each of its turns.

    A contestant yields how many items it has done since it yielded last; it stands still while
    the others have their turns. The first turn of each warms up and is not counted.
    """
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(turns + 1):
        for name, contestant in contestants.items():
            rate = _rate(contestant, turn_seconds)
            if turn:
                rates[name].append(rate)
    return rates


def _rate(contestant: Iterator[int], seconds: float) -> float:
    items, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        items += next(contestant)
    return items / (time.perf_counter() - start)


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Median of the ratios turn by turn, so that a slow spell of the machine hits both."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
