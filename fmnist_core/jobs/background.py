"""Run `python -m …` commands in background processes, one at a time.

All pages and sessions of a server share one queue, so at most one process runs beside a
training run.
"""

import heapq
import itertools
import subprocess
import sys
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from fmnist_core import paths

StartProcess = Callable[[Sequence[str]], "subprocess.Popen[str]"]


def start_python(arguments: Sequence[str]) -> "subprocess.Popen[str]":
    """Start `python` with these arguments, its standard input and error connected to pipes."""
    return subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, errors="replace", cwd=paths.PROJECT,
    )  # fmt: skip


@dataclass(kw_only=True, order=True)
class QueuedCommand:
    """A command in the queue; the smallest runs first."""

    is_low_priority: bool
    """False while a user waits for the result."""
    number: int
    arguments: Sequence[str] = field(compare=False)
    stdin: str = field(compare=False)
    on_exit: Callable[[int, str], None] = field(compare=False)
    """Called with the exit status and the text on standard error."""
    process: "subprocess.Popen[str] | None" = field(default=None, compare=False)
    was_interrupted: bool = field(default=False, compare=False)


class CommandQueue:
    """Run commands one after another: first what a user waits for, then the rest, in order.

    A command that a user waits for interrupts any other, which starts again afterwards.
    """

    def __init__(self, start_process: StartProcess = start_python) -> None:
        self._start_process = start_process
        self._changed = threading.Condition()
        self._waiting: list[QueuedCommand] = []
        self._running: QueuedCommand | None = None
        self._has_thread = False
        self._numbers = itertools.count()

    def submit(
        self,
        arguments: Sequence[str],
        *,
        stdin: str = "",
        user_waits: bool = False,
        on_exit: Callable[[int, str], None],
    ) -> None:
        """Queue `python ARGUMENTS`; `on_exit` gets the exit status and the text on stderr."""
        command = QueuedCommand(
            is_low_priority=not user_waits, number=next(self._numbers), arguments=arguments,
            stdin=stdin, on_exit=on_exit,
        )  # fmt: skip
        with self._changed:
            heapq.heappush(self._waiting, command)
            running = self._running
            if running and running.process and running.is_low_priority and user_waits:
                running.was_interrupted = True
                running.process.terminate()
            if not self._has_thread:
                self._has_thread = True
                threading.Thread(target=self._work, name="background", daemon=True).start()

    def wait_until_idle(self, timeout: float | None = None) -> bool:
        """Block until no command waits or runs; returns false after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._has_thread, timeout)

    def _work(self) -> None:
        while command := self._start_next():
            assert command.process is not None
            _, stderr = command.process.communicate(command.stdin)
            self._end(command, command.process.returncode, stderr)

    def _start_next(self) -> QueuedCommand | None:
        """Start the next command that can be started, or end the thread."""
        with self._changed:
            while self._waiting:
                self._running = command = heapq.heappop(self._waiting)
                try:
                    command.process = self._start_process(command.arguments)
                except OSError as error:
                    command.on_exit(1, str(error))
                else:
                    return command
            self._running, self._has_thread = None, False
            self._changed.notify_all()
            return None

    def _end(self, command: QueuedCommand, status: int, stderr: str) -> None:
        with self._changed:
            command.process = None
            if command.was_interrupted and status:
                command.was_interrupted = False
                heapq.heappush(self._waiting, command)
            else:
                command.on_exit(status, stderr)


QUEUE = CommandQueue()
"""The queue of this server process."""


class BackgroundCommands:
    """Commands of one kind, identified by keys: each queued once at a time, with its last error."""

    def __init__(self, *, user_waits: bool, queue: CommandQueue = QUEUE) -> None:
        self.user_waits = user_waits
        self.queue = queue
        self._lock = threading.Lock()
        self._errors: dict[Hashable, str | None] = {}
        """By key: `None` while it waits or runs, then the error, if there was one."""

    def request(self, key: Hashable, *arguments: str, stdin: str = "") -> None:
        """Queue `python -m ARGUMENTS`, unless the command with this key is pending."""
        with self._lock:
            if self.is_pending(key):
                return
            self._errors[key] = None
        self.queue.submit(
            ["-m", *arguments], stdin=stdin, user_waits=self.user_waits,
            on_exit=lambda status, stderr: self._record_exit(key, status, stderr),
        )  # fmt: skip

    def is_pending(self, key: Hashable | None = None) -> bool:
        """Whether the command with this key (by default: any) waits or runs."""
        if key is None:
            return None in self._errors.values()
        return key in self._errors and self._errors[key] is None

    def error(self, key: Hashable) -> str | None:
        """The last line on stderr of the last try if it failed, else `None`."""
        return self._errors.get(key)

    def _record_exit(self, key: Hashable, status: int, stderr: str) -> None:
        if status:
            lines = stderr.strip().splitlines() or ["The process failed without an error message."]
            self._errors[key] = lines[-1].removeprefix("fmnist_core: ")
        else:
            del self._errors[key]
