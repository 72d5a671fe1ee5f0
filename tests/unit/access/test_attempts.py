"""Only wrong codes count, by address; the waiting time grows, has an end, and is forgotten.

Whoever guesses does not keep others at the same address out.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from fmnist_core.access import attempts
from fmnist_core.access.attempts import FREE_FAILURES, MAX_WAIT, TooManyAttemptsError

PUPIL, OTHER = "192.168.1.20", "192.168.1.21"
RIGHT = "right"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


def role_of(code):
    return "class" if code == RIGHT else None


@pytest.fixture
def limiter(clock):
    return attempts.AttemptLimiter(role_of, clock=clock, wait=clock.wait)


def fail(limiter, times, address=PUPIL):
    for number in range(times):
        assert limiter.attempt(address, f"wrong {number}") is None


def wait_of(limiter, address=PUPIL):
    """Seconds that codes from this address have to wait; 0 if they need not."""
    try:
        limiter.attempt(address, RIGHT, patience=0)
    except TooManyAttemptsError as error:
        return error.seconds
    return 0


def test_right_codes_are_unlimited(limiter):
    assert [limiter.attempt(PUPIL, RIGHT) for _ in range(1000)] == ["class"] * 1000


def test_a_class_behind_one_address_may_mistype(limiter):
    fail(limiter, FREE_FAILURES - 1)
    assert wait_of(limiter) == 0


def test_the_wait_grows_up_to_an_end(limiter, clock):
    fail(limiter, FREE_FAILURES)
    waits = []
    for _ in range(12):
        waits.append(wait_of(limiter))
        clock.now += waits[-1]
        fail(limiter, 1)
    assert waits == sorted(waits)
    assert waits[0] == 1
    assert waits[-1] == pytest.approx(MAX_WAIT, rel=0.01)


def test_while_waiting_no_code_is_checked_and_none_counts(limiter, clock, monkeypatch):
    fail(limiter, FREE_FAILURES)
    monkeypatch.setattr(limiter, "_check", lambda _: pytest.fail("it is checked"))
    for _ in range(100):
        with pytest.raises(TooManyAttemptsError):
            limiter.attempt(PUPIL, "wrong", patience=0)
    monkeypatch.undo()
    clock.now += 1
    assert limiter.attempt(PUPIL, RIGHT) == "class"


def test_a_right_code_does_not_forgive_wrong_ones(limiter):
    fail(limiter, FREE_FAILURES - 1)
    assert limiter.attempt(PUPIL, RIGHT) == "class"
    fail(limiter, 1)
    assert wait_of(limiter) > 0


def test_other_addresses_do_not_wait(limiter):
    fail(limiter, FREE_FAILURES)
    assert wait_of(limiter, OTHER) == 0


def test_one_network_of_version_6_counts_as_one_address(limiter):
    for number in range(FREE_FAILURES):
        fail(limiter, 1, f"2001:db8::{number:x}")
    assert wait_of(limiter, "2001:db8::ffff") > 0
    assert wait_of(limiter, "2001:db8:0:1::1") == 0
    fail(limiter, FREE_FAILURES, f"::ffff:{PUPIL}")
    assert wait_of(limiter, PUPIL) > 0


def test_wrong_codes_are_forgotten(limiter, clock):
    fail(limiter, FREE_FAILURES)
    clock.now += attempts.FORGET_SECONDS * FREE_FAILURES
    fail(limiter, FREE_FAILURES - 1)
    assert wait_of(limiter) == 0


def test_one_guesser_is_slow(limiter, clock):
    start = clock.now
    fail(limiter, FREE_FAILURES + 100)
    assert clock.now - start > 95 * MAX_WAIT


def test_patience_has_an_end(limiter, clock):
    fail(limiter, FREE_FAILURES + 10)
    start = clock.now
    with pytest.raises(TooManyAttemptsError):
        limiter.attempt(PUPIL, RIGHT, patience=5)
    assert clock.now == start + 5


class Crowd:
    """Browsers behind one address that enter codes at once while they have to wait."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(attempts, "MAX_WAIT", 0.5)
        self.checked = []
        self.limiter = attempts.AttemptLimiter(self.check)
        while wait_of(self.limiter) == 0:
            self.limiter.attempt(PUPIL, "wrong")
        self.checked.clear()

    def check(self, code):
        self.checked.append(code)
        return role_of(code)

    def enter(self, codes, *, patience=20):
        """How many of these codes, entered at once, were right, wrong, and not checked."""
        results = Counter()

        def enter(code):
            try:
                results[self.limiter.attempt(PUPIL, code, patience=patience)] += 1
            except TooManyAttemptsError:
                results["unchecked"] += 1

        with ThreadPoolExecutor(len(codes)) as browsers:
            list(browsers.map(enter, codes))
        return results["class"], results[None], results["unchecked"]


@pytest.fixture
def crowd(monkeypatch):
    return Crowd(monkeypatch)


def test_a_class_gets_in_together_although_some_guess(crowd):
    guesses = [f"guess {number}" for number in range(8)]
    assert crowd.enter([RIGHT] * 30 + guesses) == (30, 8, 0)
    assert sorted(crowd.checked) == sorted([RIGHT, *guesses])


def test_what_a_class_enters_comes_before_any_number_of_guesses(crowd, monkeypatch):
    monkeypatch.setattr(attempts, "MAX_TOGETHER", 3)
    guesses = [f"guess {number}" for number in range(50)]
    right, wrong, unchecked = crowd.enter([RIGHT] * 5 + guesses, patience=0.6)
    assert right == 5
    assert wrong + unchecked == 50
    assert unchecked > 0
    assert crowd.checked[0] == RIGHT
    assert crowd.limiter._waiting == {}


def test_memory_is_bounded(limiter, monkeypatch):
    monkeypatch.setattr(attempts, "MAX_ADDRESSES", 100)
    for number in range(1000):
        fail(limiter, 1, f"10.0.{number // 256}.{number % 256}")
    assert len(limiter._records) <= 101
