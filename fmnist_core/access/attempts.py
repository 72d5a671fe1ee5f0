"""Limit how fast codes can be guessed, without locking out a class behind one address.

Only wrong codes count, for the address they came from. After 30, as many as a class may mistype,
the codes that come from this address are gathered and checked together, at first each second, then
every 15 seconds, and at most 20 different ones at a time. So a day of guessing finds one of the
20⁸ class codes with a probability of 1 in 222,000. Wrong codes are forgotten one by one.

A school often has one address, so a pupil who guesses must not keep the others out. They wait for
the next check, and then get in all together, since a code that many have entered counts as one.
Should there be more than 20 different codes, those that most browsers have entered come first: a
class enters the same one, and who guesses, another one each time.
"""

import ipaddress
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

FREE_FAILURES = 30
"""Wrong codes after which those that follow have to wait."""
MAX_WAIT = 15.0
"""Seconds from one check to the next."""
MAX_TOGETHER = 20
"""How many different codes are checked at a time."""
MAX_EXCESS = 4
"""Wrong codes beyond the free ones that are remembered: with them, the wait is the longest."""
PATIENCE = 40.0
"""Seconds after which a code is given back unchecked: others were more frequent."""
FORGET_SECONDS = 30.0
"""Seconds after which one wrong code is forgotten."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that tell networks apart; a machine draws the others as it likes."""
MAX_ADDRESSES = 10_000
T = TypeVar("T")


class TooManyAttemptsError(Exception):
    """The code was not checked; `seconds` says when the next ones of its address will be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


@dataclass
class _Record:
    failures: float
    """Wrong codes, less those forgotten since."""
    updated: float
    blocked_until: float


@dataclass(eq=False)
class _Attempt(Generic[T]):
    """A code that somebody has entered."""

    code: str
    is_checked: bool = False
    found: T | None = None


class AttemptLimiter(Generic[T]):
    """Counts wrong codes by address; shared by all sessions of a server.

    `check` returns what a code opens, `None` if it is wrong.
    """

    def __init__(
        self,
        check: Callable[[str], T | None],
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._check = check
        self._clock = clock
        self._changed = threading.Condition()
        self._wait = wait or self._changed.wait
        self._records: dict[str, _Record] = {}
        self._waiting: dict[str, list[_Attempt[T]]] = {}

    def attempt(self, address: str, code: str, *, patience: float = PATIENCE) -> T | None:
        """Return what a code opens; `None` if it is wrong.

        While codes from this address have to wait, so does this call. Raises
        `TooManyAttemptsError`, without a check, after `patience` seconds.
        """
        network, mine = _network(address), _Attempt[T](code)
        with self._changed:
            deadline = self._clock() + patience
            waiting = self._waiting.setdefault(network, [])
            waiting.append(mine)
            try:
                while not mine.is_checked:
                    blocked = self._blocked_seconds(network)
                    left = deadline - self._clock()
                    if blocked <= 0:
                        self._check_together(network, waiting)
                    elif left <= 0:
                        raise TooManyAttemptsError(blocked)
                    else:
                        self._wait(min(blocked, left))
            finally:
                waiting.remove(mine)
                if not waiting:
                    self._waiting.pop(network, None)
        return mine.found

    def _blocked_seconds(self, network: str) -> float:
        record = self._records.get(network)
        return record.blocked_until - self._clock() if record else 0.0

    def _check_together(self, network: str, waiting: list[_Attempt[T]]) -> None:
        """Check the codes that wait, the most frequent ones first; others in a random order."""
        by_code: dict[str, list[_Attempt[T]]] = {}
        for attempt in waiting:
            if not attempt.is_checked:
                by_code.setdefault(attempt.code, []).append(attempt)
        codes = sorted(by_code, key=lambda code: (-len(by_code[code]), random.random()))
        for code in codes[:MAX_TOGETHER]:
            found = self._check(code)
            for attempt in by_code[code]:
                attempt.is_checked, attempt.found = True, found
            if found is None:
                self._note_failure(network)
        self._changed.notify_all()

    def _note_failure(self, network: str) -> None:
        now = self._clock()
        record = self._records.get(network) or _Record(0, now, now)
        self._records[network] = _failed_again(record, now)
        if len(self._records) > MAX_ADDRESSES:  # drop what no longer matters, then the oldest
            recent = sorted(self._records.items(), key=lambda item: item[1].updated)
            kept = [item for item in recent if _remaining(item[1], now) > 0]
            self._records = dict(kept[-MAX_ADDRESSES // 2 :])


def _failed_again(record: _Record, now: float) -> _Record:
    failures = min(_remaining(record, now) + 1, FREE_FAILURES + MAX_EXCESS)
    excess = failures - FREE_FAILURES
    wait = min(MAX_WAIT, 2.0**excess) if excess >= 0 else 0
    return _Record(failures, now, now + wait)


def _remaining(record: _Record, now: float) -> float:
    return max(0.0, record.failures - (now - record.updated) / FORGET_SECONDS)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), IPV6_NETWORK), strict=False))
