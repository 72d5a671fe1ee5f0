"""Only wrong codes count, by address; the waiting time grows, has an end, and is forgotten.

Whoever guesses does not keep others at the same address out.
"""

import threading

import pytest

from fmnist_core.access import attempts
from fmnist_core.access.attempts import FREE_FAILURES, MAX_WAIT, TooManyAttemptsError

PUPIL, OTHER = "192.168.1.20", "192.168.1.21"


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limiter(clock):
    return attempts.AttemptLimiter(clock, clock.wait)


def wrong():
    return None


def right():
    return "class"


def fail(limiter, times, address=PUPIL):
    for _ in range(times):
        assert limiter.attempt(address, wrong) is None


def wait_of(limiter, address=PUPIL):
    """Seconds that this address has to wait; 0 if it need not."""
    try:
        limiter.attempt(address, right, patience=0)
    except TooManyAttemptsError as error:
        return error.seconds
    return 0


def test_right_codes_are_unlimited(limiter):
    assert [limiter.attempt(PUPIL, right) for _ in range(1000)] == ["class"] * 1000


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


def test_while_waiting_no_code_is_checked_and_none_counts(limiter, clock):
    fail(limiter, FREE_FAILURES)
    checked = []
    for _ in range(100):
        with pytest.raises(TooManyAttemptsError):
            limiter.attempt(PUPIL, lambda: checked.append(1), patience=0)
    assert checked == []
    clock.now += 1
    assert limiter.attempt(PUPIL, right) == "class"


def test_a_right_code_does_not_forgive_wrong_ones(limiter):
    fail(limiter, FREE_FAILURES - 1)
    assert limiter.attempt(PUPIL, right) == "class"
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


def test_a_day_of_guessing_stays_far_from_all_codes(limiter, clock):
    tried, end = 0, clock.now + 24 * 3600
    while clock.now < end:
        fail(limiter, 1)
        tried += 1
    assert tried < 20**6 / 10_000


def test_patience_has_an_end(limiter, clock):
    fail(limiter, FREE_FAILURES + 10)
    start = clock.now
    with pytest.raises(TooManyAttemptsError):
        limiter.attempt(PUPIL, right, patience=5)
    assert clock.now == start + 5


@pytest.fixture
def guessed(monkeypatch):
    """A limiter with real time that has seen so many wrong codes that each one has to wait."""
    monkeypatch.setattr(attempts, "MAX_WAIT", 0.2)
    limiter = attempts.AttemptLimiter()
    while wait_of(limiter) == 0:
        limiter.attempt(PUPIL, wrong)
    return limiter


def line_up(limiter, *visitors):
    """Let visitors (name, since, check) wait at once; return the names of those who got in."""
    came_in = []

    def enter(name, since, check):
        try:
            if limiter.attempt(PUPIL, check, since=since, patience=20):
                came_in.append(name)
        except TooManyAttemptsError:
            pass

    threads = [threading.Thread(target=enter, args=visitor) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_in


def test_a_class_gets_in_together_before_the_guessers(guessed):
    checked = []
    now = guessed.now()
    guessers = [("guesser", now + number, lambda: checked.append("wrong")) for number in range(5)]

    def enter():
        checked.append("right")
        return "class"

    pupils = [(f"pupil {number}", now - 60 + number, enter) for number in range(30)]
    assert sorted(line_up(guessed, *guessers, *pupils)) == sorted(name for name, _, _ in pupils)
    assert checked == ["right"] * 30 + ["wrong"] * 5


def test_the_line_has_an_end(guessed, monkeypatch):
    monkeypatch.setattr(attempts, "MAX_LINE", 3)
    visitors = [(number, guessed.now() + number, right) for number in range(6)]
    assert sorted(line_up(guessed, *visitors)) == [0, 1, 2]
    assert guessed._lines == {}


def test_memory_is_bounded(limiter, monkeypatch):
    monkeypatch.setattr(attempts, "MAX_ADDRESSES", 100)
    for number in range(1000):
        fail(limiter, 1, f"10.0.{number // 256}.{number % 256}")
    assert len(limiter._records) <= 101
