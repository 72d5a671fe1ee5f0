"""Limit how fast codes can be guessed, without locking out a class behind one address.

Only wrong codes count, for the address they came from. After 30, as many as a class may mistype,
the next code from this address is checked only after a while, longer each time, up to 15 seconds.
So a day of guessing finds one of the 20⁶ class codes with a probability of 1 in 11,000.

A school often has one address, so a pupil who guesses must not keep the others out. Whoever has to
wait stands in a line, in which those come first who have been here longest without a wrong code:
before the guesser, who goes to its end with each one. Right codes take no time. So everybody else
gets in at the next check, all of them at once. Wrong codes are forgotten one by one.
"""

import bisect
import ipaddress
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

FREE_FAILURES = 30
"""Wrong codes after which the next one has to wait."""
MAX_WAIT = 15.0
"""Seconds."""
MAX_EXCESS = 4
"""Wrong codes beyond the free ones that are remembered: with them, the wait is the longest."""
PATIENCE = 40.0
"""Seconds after which somebody in the line is sent away: others keep coming first."""
MAX_LINE = 100
"""How many may stand in the line of an address; the last one is sent away."""
FORGET_SECONDS = 30.0
"""Seconds after which one wrong code is forgotten."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that tell networks apart; a machine draws the others as it likes."""
MAX_ADDRESSES = 10_000
Ticket = tuple[float, int]
"""A place in the line: since when somebody has been here, and a number that nobody else has."""
T = TypeVar("T")


class TooManyAttemptsError(Exception):
    """The code was not checked; `seconds` says when another one of this address will be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds:.0f} s")
        self.seconds = seconds


@dataclass
class _Record:
    failures: float
    """Wrong codes, less those forgotten since."""
    updated: float
    blocked_until: float


class AttemptLimiter:
    """Counts wrong codes by address; shared by all sessions of a server."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._clock = clock
        # One check at a time: parallel guesses would all be checked before one counts.
        self._changed = threading.Condition()
        self._wait = wait or self._changed.wait
        self._records: dict[str, _Record] = {}
        self._lines: dict[str, list[Ticket]] = {}
        self._numbers = itertools.count()

    def attempt(
        self,
        address: str,
        check: Callable[[], T | None],
        *,
        since: float | None = None,
        patience: float = PATIENCE,
    ) -> T | None:
        """Return what `check` finds; `None` counts as a wrong code.

        While the address has to wait, this waits for its turn. `since` is when the user came, or
        entered their last wrong code, on the limiter's clock; by default now. Raises
        `TooManyAttemptsError`, without a check, after `patience` seconds.
        """
        network = _network(address)
        with self._changed:
            start = self._clock()
            ticket = (start if since is None else since, next(self._numbers))
            line = self._lines.setdefault(network, [])
            bisect.insort(line, ticket)
            del line[MAX_LINE:]
            try:
                while (seconds := self._seconds_until_turn(network, line, ticket)) > 0:
                    left = start + patience - self._clock()
                    if ticket not in line or left <= 0:
                        raise TooManyAttemptsError(seconds)
                    self._wait(min(seconds, left))
                found = check()
                if found is None:
                    self._note_failure(network)
                return found
            finally:
                if ticket in line:
                    line.remove(ticket)
                if not line:
                    self._lines.pop(network, None)
                self._changed.notify_all()

    def now(self) -> float:
        """The time on the limiter's clock."""
        return self._clock()

    def _seconds_until_turn(self, network: str, line: list[Ticket], ticket: Ticket) -> float:
        """0 if it is this ticket's turn, else after how long to look again, unless told before."""
        record = self._records.get(network)
        blocked = max(0.0, record.blocked_until - self._clock()) if record else 0.0
        return blocked or (0.0 if line[:1] == [ticket] else MAX_WAIT)

    def _note_failure(self, network: str) -> None:
        now = self._clock()
        record = self._records.get(network) or _Record(0, now, now)
        self._records[network] = _failed_again(record, now)
        if len(self._records) > MAX_ADDRESSES:  # drop what no longer matters, then the oldest
            recent = sorted(self._records.items(), key=lambda item: item[1].updated)
            kept = [item for item in recent if _remaining(item[1], now) > 0]
            self._records = dict(kept[-MAX_ADDRESSES // 2 :])


LIMITER = AttemptLimiter()
"""The limiter of this server."""


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
