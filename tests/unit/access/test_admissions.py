"""Whoever was let in is found again for a short time, until they leave."""

from fmnist_core.access import admissions
from fmnist_core.access.admissions import Admissions


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_cookie_is_found_for_a_short_time() -> None:
    clock = Clock()
    noted = Admissions(clock)
    noted.note("ada", "class")
    noted.note("bob", "teacher")
    noted.note("bob", "")
    assert (noted.find("ada"), noted.find("bob"), noted.find("eve")) == ("class", "", "")
    clock.now += admissions.SECONDS
    assert noted.find("ada") == ""


def test_old_ones_are_dropped() -> None:
    clock = Clock()
    noted = Admissions(clock)
    for number in range(100):
        noted.note(str(number), "class")
        clock.now += admissions.SECONDS / 10
    assert len(noted._cookies) <= 10
