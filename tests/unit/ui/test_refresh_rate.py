"""Live parts refresh less often, the more of them there are and the more one costs."""

from types import SimpleNamespace

import pytest

from fmnist_core.ui.refresh_rate import (
    FACTORS,
    MIN_SECONDS,
    OVERHEAD_SECONDS,
    SHARE,
    RefreshBudget,
)

SECONDS = 0.05 - OVERHEAD_SECONDS
"""CPU time of drawing, so that a refresh costs 0.05 s: five parts fit into a quarter of a core."""


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def budget(clock):
    return RefreshBudget(lambda: clock.now)


def watch(budget, number, *, every=1.0, seconds=SECONDS, factor=1):
    for part in range(number):
        budget.note(f"part {part}", every=every, seconds=seconds, factor=factor)


def test_a_few_refresh_as_often_as_they_ask(budget):
    assert budget.factor() == 1
    watch(budget, 5)
    assert budget.factor() == 1


@pytest.mark.parametrize("number", [6, 10, 17, 30])
def test_all_together_stay_within_the_share(budget, number):
    watch(budget, number)
    assert budget.factor() > 1
    assert number * 0.05 / budget.factor() <= SHARE


def test_intervals_do_not_grow_forever(budget):
    watch(budget, 1000)
    assert budget.factor() == FACTORS[-1]


def test_the_same_part_counts_once(budget):
    for _ in range(30):
        watch(budget, 1)
    assert budget.factor() == 1


def test_rare_refreshes_count_less(budget):
    watch(budget, 10, every=2.0)
    assert budget.factor() == 1


def test_cheap_refreshes_count_less(budget):
    watch(budget, 10, seconds=SECONDS / 4)
    assert budget.factor() == 1


def test_one_slow_refresh_changes_nothing(budget):
    watch(budget, 2)
    budget.note("part 0", every=1.0, seconds=0.3)
    assert budget.factor() == 1


def test_an_interval_stays_while_the_number_of_watchers_varies(budget):
    watch(budget, 10)
    assert budget.factor() == 2
    watch(budget, 11)
    assert budget.factor() == 3
    assert budget.factor(current=3) == 3
    assert budget.factor(current=4) == 4
    assert budget.factor(current=6) == 3


def test_who_has_left_no_longer_counts(budget, clock):
    watch(budget, 30)
    clock.now += MIN_SECONDS
    assert budget.factor() == 1
    assert budget.factor(current=6) == 1


def test_who_refreshes_rarely_still_counts(budget, clock):
    watch(budget, 30, factor=8)
    clock.now += 2 * 8.0
    assert budget.factor(current=8) > 1
