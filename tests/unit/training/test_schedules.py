"""Schedules: from 0 to 1, and where they begin and end."""

import pytest

from fmnist_core.training.schedules import SCHEDULES, WARM_UP

ENDS = {
    "cosine": (1, 0.5, 0),
    "one-cycle": (0, 0.625, 0),
    "exponential": (1, 0.1, 0.01),
    "constant": (1, 1, 1),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_begins_and_ends_where_it_should(name):
    factors = [SCHEDULES[name](done) for done in (0, 0.5, 1)]
    assert factors == pytest.approx(ENDS[name])


@pytest.mark.parametrize("name", SCHEDULES)
def test_stays_between_0_and_1(name):
    assert all(0 <= SCHEDULES[name](share / 100) <= 1 for share in range(101))


def test_one_cycle_peaks_after_its_warm_up():
    assert SCHEDULES["one-cycle"](WARM_UP) == pytest.approx(1)
