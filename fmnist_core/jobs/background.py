"""Commands that a page wants run without waiting for them, in processes of their own."""

import subprocess
import sys
import threading
from collections.abc import Hashable

from fmnist_core import paths

THREAD = "errand"


class BackgroundCommands:
    """One at a time; all browsers of a server ask for the same ones."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._asked: dict[Hashable, str | None] = {}
        """By key: `None` while it waits or runs, then what went wrong, if anything did."""

    def request(self, key: Hashable, *words: str, given: str = "") -> None:
        """Run `python -m WORDS` with `given` on its standard input, unless that is under way."""
        with self._asking:
            if self.is_working(key):
                return
            self._asked[key] = None
        work = (key, [sys.executable, "-m", *words], given)
        threading.Thread(target=self._run, args=work, name=THREAD, daemon=True).start()

    def is_working(self, key: Hashable | None = None) -> bool:
        """Whether this one (else any) waits or runs."""
        if key is None:
            return None in self._asked.values()
        return key in self._asked and self._asked[key] is None

    def problem(self, key: Hashable) -> str | None:
        """Why the last try failed, in its own last line, or `None`."""
        return self._asked.get(key)

    def _run(self, key: Hashable, command: list[str], given: str) -> None:
        with self._one_at_a_time:
            ended = subprocess.run(
                command, input=given, capture_output=True, text=True, errors="replace",
                cwd=paths.PROJECT, check=False,
            )  # fmt: skip
        if ended.returncode:
            said = ended.stderr.strip().splitlines() or ["It ended without a word."]
            self._asked[key] = said[-1].removeprefix("fmnist_core: ")
        else:
            del self._asked[key]
