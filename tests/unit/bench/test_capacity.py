import statistics

import pytest

from fmnist_core.bench import capacity
from fmnist_core.bench.capacity import RULES, Course

CLASS = Course(students=30, slots=1, speed=3)


def median(course, rule, part="waits"):
    return statistics.median(getattr(capacity.simulate(course, rule, seed=0), part))


@pytest.mark.parametrize("rule", RULES)
def test_nobody_waits_where_there_is_a_slot_for_each_run(rule):
    outcome = capacity.simulate(Course(students=20, slots=200), rule, seed=0)
    assert max(outcome.waits + outcome.eager_waits) == 0
    assert outcome.finished > 20


@pytest.mark.parametrize("rule", RULES)
def test_a_slot_is_never_used_twice_at_once(rule):
    outcome = capacity.simulate(CLASS, rule, seed=0)
    assert outcome.busy_seconds <= capacity.HOUR * CLASS.slots
    assert outcome.finished > 0


def test_turns_protect_from_those_who_queue_many():
    eager = Course(students=30, slots=1, speed=3, eager=0.3)
    first_come, in_turns, limited = RULES
    assert median(eager, in_turns) < median(eager, first_come)
    assert median(eager, in_turns, "eager_waits") > median(eager, in_turns)
    assert median(eager, limited) <= median(eager, first_come)


def test_the_needed_slots_are_the_fewest_that_do():
    course = Course(students=20, slots=1)
    slots = capacity.needed_slots(course, 20)
    assert 1 < slots <= 20
    waits = {
        number: median(Course(students=20, slots=number), RULES[0]) for number in (slots - 1, slots)
    }
    assert waits[slots] < capacity.GOAL_SECONDS <= waits[slots - 1]
