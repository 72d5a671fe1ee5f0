"""Limit how fast codes can be guessed, without locking out a class behind one address.

Only wrong codes count, for the address they came from. After 30, as many as a class may mistype,
this address has to wait before the next attempt, longer each time, up to 30 seconds. So a day of
guessing finds one of the 20⁶ class codes with a probability of 1 in 22,000. Wrong codes are
forgotten one by one.
"""

import ipaddress
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

FREE_FAILURES = 30
"""Wrong codes after which an address has to wait."""
MAX_WAIT = 30.0
"""Seconds."""
FORGET_SECONDS = 30.0
"""Seconds after which one wrong code is forgotten."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that tell networks apart; a machine draws the others as it likes."""
MAX_ADDRESSES = 10_000
T = TypeVar("T")


class TooManyAttemptsError(Exception):
    """Codes are not checked for this address yet; `seconds` says how long to wait."""

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

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}

    def attempt(self, address: str, check: Callable[[], T | None]) -> T | None:
        """Return what `check` finds; `None` counts as a wrong code.

        Raises `TooManyAttemptsError`, without a check, if the address has to wait.
        """
        network = _network(address)
        with self._lock:  # one at a time: parallel guesses would all be checked before one counts
            now = self._clock()
            record = self._records.get(network) or _Record(0, now, now)
            if record.blocked_until > now:
                raise TooManyAttemptsError(record.blocked_until - now)
            found = check()
            if found is None:
                self._records[network] = _failed_again(record, now)
                self._forget(now)
            return found

    def _forget(self, now: float) -> None:
        """Drop what no longer matters, and the oldest if there are too many addresses."""
        if len(self._records) > MAX_ADDRESSES:
            recent = sorted(self._records.items(), key=lambda item: item[1].updated)
            kept = [item for item in recent if _remaining(item[1], now) > 0]
            self._records = dict(kept[-MAX_ADDRESSES // 2 :])


LIMITER = AttemptLimiter()
"""The limiter of this server."""


def _failed_again(record: _Record, now: float) -> _Record:
    failures = _remaining(record, now) + 1
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
