"""Roles of browsers that have just been let in, until they have the cookie that says so.

A page writes its cookies once the browser has drawn it. Whoever reloads before that comes back
without the cookie of their role, but with that of their id, which they have had since they saw the
form for the code.
"""

import threading
import time
from collections.abc import Callable

SECONDS = 120.0
"""How long a slow browser may take to write a cookie."""


class Admissions:
    """The last role cookie of each person, for a short time; shared by all sessions of a server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._cookies: dict[str, tuple[float, str]] = {}

    def note(self, person: str, cookie: str) -> None:
        """Record the cookie that this person's browser will have; an empty one takes it back."""
        now = self._clock()
        with self._lock:
            recent = {
                other: entry for other, entry in self._cookies.items() if now - entry[0] < SECONDS
            }
            self._cookies = recent | {person: (now, cookie)}

    def find(self, person: str) -> str:
        """The cookie that this person's browser may not have yet; empty if there is none."""
        noted, cookie = self._cookies.get(person, (float("-inf"), ""))
        return cookie if self._clock() - noted < SECONDS else ""


ADMISSIONS = Admissions()
"""The admissions of this server."""
