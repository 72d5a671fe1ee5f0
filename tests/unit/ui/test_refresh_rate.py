"""Live parts refresh less often, the more of them there are and the more one costs."""

from types import SimpleNamespace

import pytest

from fmnist_core.ui.refresh_rate import (
    FACTORS,
    MIN_SECONDS,
    OVERHEAD_SECONDS,
    SHARE,
    USUAL_SECONDS,
    RefreshBudget,
)

SECONDS = 0.05 - OVERHEAD_SECONDS
"""CPU time of drawing, so that a refresh costs 0.05 s: six parts fit into the share."""


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def budget(clock):
    return RefreshBudget(lambda: clock.now)


def watch(budget, number, *, every=1.0, seconds=SECONDS, factor=1):
    """Have so many parts refresh until their average costs have settled."""
    for part in range(number):
        for _ in range(20):
            budget.note(f"part {part}", every=every, seconds=seconds, factor=factor)


def test_a_few_refresh_as_often_as_they_ask(budget):
    assert budget.factor() == 1
    watch(budget, 5)
    assert budget.factor() == 1


@pytest.mark.parametrize("number", [7, 13, 30, 47])
def test_all_together_stay_within_the_share(budget, number):
    watch(budget, number)
    assert budget.factor() > 1
    assert number * 0.05 / budget.factor() <= SHARE


def test_intervals_do_not_grow_forever(budget):
    watch(budget, 1000)
    assert budget.factor() == FACTORS[-1]


def test_rare_refreshes_count_less(budget):
    watch(budget, 10, every=2.0)
    assert budget.factor() == 1


def test_cheap_refreshes_count_less(budget):
    watch(budget, 12, seconds=SECONDS / 4)
    assert budget.factor() == 1


def test_who_opens_a_page_counts_before_the_first_refresh(budget):
    for part in range(30):
        budget.note(f"part {part}", every=1.0)
    assert budget.load() == pytest.approx(30 * USUAL_SECONDS)
    watch(budget, 30)
    before = budget.load()
    budget.note("newcomer", every=1.0)
    assert budget.load() == pytest.approx(before * 31 / 30)


def test_one_slow_refresh_changes_nothing(budget):
    watch(budget, 3)
    budget.note("part 0", every=1.0, seconds=0.3)
    assert budget.factor() == 1


@pytest.mark.parametrize(("number", "factor"), [(4, 1), (6, 2), (12, 2), (13, 4)])
def test_an_interval_stays_while_the_number_of_watchers_varies(budget, number, factor):
    """Six fit into the share; an interval widened by two stays until fewer than five are left."""
    watch(budget, number)
    assert budget.factor(current=2) == factor


def test_who_has_left_no_longer_counts(budget, clock):
    watch(budget, 30)
    clock.now += MIN_SECONDS
    assert budget.factor() == 1
    assert budget.factor(current=8) == 1


def test_who_goes_to_another_page_no_longer_counts(budget):
    watch(budget, 3)
    before = budget.load()
    budget.note("another", every=1.0)
    budget.forget("another")
    assert budget.load() == before


def test_who_refreshes_rarely_still_counts(budget, clock):
    watch(budget, 30, factor=8)
    clock.now += 2 * 8.0
    assert budget.factor(current=8) > 1
