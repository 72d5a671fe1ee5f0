"""Fake processes for the queue of background commands."""

import threading
from collections.abc import Sequence

import pytest

from fmnist_core.jobs.background import CommandQueue


class FakeProcess:
    """A process that exits when told to, or when terminated."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments, self.stdin = list(arguments), ""
        self.returncode: int | None = None
        self.stderr = ""
        self._exited = threading.Event()

    def exit(self, status: int = 0, stderr: str = "") -> None:
        self.returncode, self.stderr = status, stderr
        self._exited.set()

    def terminate(self) -> None:
        self.exit(-15)

    def communicate(self, stdin: str) -> tuple[None, str]:
        self.stdin = stdin
        assert self._exited.wait(10)
        return None, self.stderr


class FakeProcesses:
    """Start fake processes, which exit at once with `status`, or stay if it is `None`."""

    def __init__(self) -> None:
        self.status: int | None = 0
        self.stderr = ""
        self.started: list[FakeProcess] = []
        self.queue = CommandQueue(self.start)
        self._changed = threading.Condition()

    def start(self, arguments: Sequence[str]) -> FakeProcess:
        process = FakeProcess(arguments)
        if self.status is not None:
            process.exit(self.status, self.stderr)
        with self._changed:
            self.started.append(process)
            self._changed.notify_all()
        return process

    def wait_for_start(self, number: int) -> FakeProcess:
        """The process that was started as the `number`th, from 1, once it has been."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.started) >= number, 10)
        return self.started[number - 1]

    def wait_until_idle(self) -> None:
        assert self.queue.wait_until_idle(10)


@pytest.fixture
def processes():
    """Processes that a queue of background commands starts."""
    fakes = FakeProcesses()
    yield fakes
    for process in fakes.started:
        process.exit()
