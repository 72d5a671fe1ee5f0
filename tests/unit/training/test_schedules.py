"""Learning-rate schedules: their range, their maximum, and where they start and end."""

import pytest

from fmnist_core.training.schedules import SCHEDULES, WARM_UP

START_MIDDLE_END = {
    "cosine": (1, 0.5, 0),
    "one-cycle": (0, 0.625, 0),
    "exponential": (1, 0.1, 0.01),
    "constant": (1, 1, 1),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_factor_at_start_middle_and_end(name):
    factors = [SCHEDULES[name](progress) for progress in (0, 0.5, 1)]
    assert factors == pytest.approx(START_MIDDLE_END[name])


@pytest.mark.parametrize("name", SCHEDULES)
def test_factor_stays_between_0_and_1_and_reaches_1(name):
    factors = [SCHEDULES[name](percent / 100) for percent in range(101)]
    assert all(0 <= factor <= 1 for factor in factors)
    assert max(factors) == 1


def test_one_cycle_peaks_after_the_warm_up():
    assert SCHEDULES["one-cycle"](WARM_UP) == pytest.approx(1)
