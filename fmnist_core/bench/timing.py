"""Timing on a noisy machine: candidates run in turns, and medians and ratios are reported."""

import statistics
import time
from collections.abc import Iterator, Mapping


def measure_interleaved_rates(
    candidates: Mapping[str, Iterator[int]], *, turn_seconds: float, turns: int
) -> dict[str, list[float]]:
    """Return items per second of each candidate in each of its turns.

    A candidate yields the number of items it has processed since its last yield, and pauses during
    the turns of the others. The first turn of each is a warm-up and is not counted.
    """
    rates: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(turns + 1):
        for name, candidate in candidates.items():
            rate = _measure_rate(candidate, turn_seconds)
            if turn:
                rates[name].append(rate)
    return rates


def _measure_rate(candidate: Iterator[int], seconds: float) -> float:
    items, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        items += next(candidate)
    return items / (time.perf_counter() - start)


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the ratios per turn; a slow phase of the machine affects both sides."""
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))
