"""How often live parts refresh: less often, the more of them there are.

A refresh takes CPU time of the one core that Python uses for all sessions. When a whole class
watches curves, refreshes once a second would leave nothing for the clicks of others.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SHARE = 0.3
"""Of one core that all refreshes together may take."""
OVERHEAD_SECONDS = 0.015
"""CPU time that a refresh costs besides drawing: Streamlit starts a script and sends messages."""
USUAL_SECONDS = 0.03
"""CPU time of a refresh before any was measured."""
FACTORS = (1, 2, 4, 8)
"""By which intervals are widened; few, because a change reruns a page."""
NARROW_BELOW = 0.4
"""Of the current factor: an interval is narrowed only when far less is needed than it gives."""
NEW_WEIGHT = 0.3
"""Of the last refresh in the average of what a live part costs."""
MISSED_REFRESHES, MIN_SECONDS = 3, 10.0
"""After so many, but not before so many seconds, nobody watches any more; a busy server is late."""


@dataclass(frozen=True)
class _LivePart:
    every: float
    """Seconds between two refreshes if no others refreshed."""
    seconds: float
    """CPU time of one, on average."""
    expires_at: float


class RefreshBudget:
    """Adds up what the live parts of all sessions cost, and widens their intervals to fit."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._parts: dict[str, _LivePart] = {}

    def note(
        self, part: str, *, every: float, factor: int = 1, seconds: float | None = None
    ) -> None:
        """Record that a live part was refreshed, and the CPU time that drawing it took.

        `every` is its interval in seconds, and `factor` by how much that is widened. Without
        `seconds`, it has been drawn with its page, and will cost what others do.
        """
        expires_at = self._clock() + max(MIN_SECONDS, MISSED_REFRESHES * every * factor)
        with self._lock:
            before = self._parts.get(part)
            usual = before.seconds if before else self._usual_seconds()
            cost = usual if seconds is None else seconds + OVERHEAD_SECONDS
            average = NEW_WEIGHT * cost + (1 - NEW_WEIGHT) * usual
            self._parts[part] = _LivePart(every, average, expires_at)

    def forget(self, session: str) -> None:
        """Forget the live parts whose names begin with this: the session has left their page."""
        with self._lock:
            for part in [part for part in self._parts if part.startswith(session)]:
                del self._parts[part]

    def _usual_seconds(self) -> float:
        costs = [part.seconds for part in self._parts.values()]
        return sum(costs) / len(costs) if costs else USUAL_SECONDS

    def factor(self, *, current: int | None = None) -> int:
        """By how much to widen intervals; `current` is by how much one is widened now."""
        needed = self.load() / SHARE
        if current is not None and NARROW_BELOW * current <= needed <= current:
            return current
        return next((factor for factor in FACTORS if factor >= needed), FACTORS[-1])

    def load(self) -> float:
        """Cores that would be busy if no interval were widened."""
        now = self._clock()
        with self._lock:
            self._parts = {key: part for key, part in self._parts.items() if part.expires_at > now}
            return sum(part.seconds / part.every for part in self._parts.values())


BUDGET = RefreshBudget()
"""The budget of this server."""
