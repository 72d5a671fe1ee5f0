"""Pass on to a node what the run in it begins with, and a user's control: stop, learning rate."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import ray

from fmnist_core.training.fit_options import FitControl

Value = TypeVar("Value")


class ControlValues(NamedTuple):
    """The values of a `FitControl`."""

    learning_rate_factor: float
    stop: bool

    @classmethod
    def of(cls, control: FitControl) -> "ControlValues":
        return cls(control.learning_rate_factor, control.stop)


class ControlRelay:
    """An asynchronous actor, one for all tasks: nodes wait in it for what comes next."""

    def __init__(self) -> None:
        self._options: dict[str, list[Any]] = {}
        self._values: dict[str, ControlValues] = {}
        self._closed: set[str] = set()
        self._changed = asyncio.Condition()

    async def begin(self, task: str, options: list[Any], values: ControlValues) -> None:
        """Let a task begin; the list holds a reference to its options, which stay on their node."""
        async with self._changed:
            self._options[task] = options
            self._values[task] = values
            self._changed.notify_all()

    async def send(self, task: str, values: ControlValues) -> None:
        """Change the control of a task."""
        async with self._changed:
            self._values[task] = values
            self._changed.notify_all()

    async def close(self, task: str) -> None:
        """End the relay for a task; whoever waits gets `None`."""
        async with self._changed:
            self._options.pop(task, None)
            self._values.pop(task, None)
            self._closed.add(task)
            self._changed.notify_all()

    async def wait_for_options(self, task: str) -> list[Any] | None:
        """What `begin` was given; `None` once the relay is closed."""
        async with self._changed:
            await self._changed.wait_for(lambda: task in self._options or task in self._closed)
            return self._options.pop(task, None)

    async def wait_for_change(self, task: str, known: ControlValues) -> ControlValues | None:
        """The values once they differ from the `known` ones; `None` once the relay is closed."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._values.get(task) != known)
            return self._values.get(task)


def receive_options(relay: Any, task: str) -> dict[str, Any] | None:
    """On the node: wait for what the run begins with; `None` if it is no longer wanted."""

    def receive() -> dict[str, Any] | None:
        try:
            references = ray.get(relay.wait_for_options.remote(task))
            return ray.get(references[0]) if references else None
        except ray.exceptions.RayError:  # the head is gone
            return None

    return in_thread(receive)


def follow(relay: Any, task: str, control: FitControl) -> None:
    """On the node: keep `control` up to date in a thread until the relay is closed."""

    def receive() -> None:
        while True:
            try:
                values = ray.get(relay.wait_for_change.remote(task, ControlValues.of(control)))
            except ray.exceptions.RayError:  # the head is gone, and with it who could send anything
                return
            if values is None:
                return
            control.learning_rate_factor, control.stop = values

    threading.Thread(target=receive, daemon=True).start()


def in_thread(call: Callable[[], Value]) -> Value:
    """Call in another thread: while a task's main thread waits for an object, Ray lets another task
    have its core.
    """
    results: queue.Queue[Value] = queue.Queue()
    threading.Thread(target=lambda: results.put(call()), daemon=True).start()
    return results.get()
