"""Pass a user's control of a run (stop, learning rate) on to the node that trains it."""

import asyncio
import threading
from typing import Any, NamedTuple

import ray

from fmnist_core.training.fit_options import FitControl


class ControlValues(NamedTuple):
    """The values of a `FitControl`."""

    learning_rate_factor: float
    stop: bool

    @classmethod
    def of(cls, control: FitControl) -> "ControlValues":
        return cls(control.learning_rate_factor, control.stop)


class ControlRelay:
    """An asynchronous actor, one for all runs: nodes wait in it for the next change."""

    def __init__(self) -> None:
        self._values: dict[str, ControlValues] = {}
        self._changed = asyncio.Condition()

    async def open(self, task: str, values: ControlValues) -> None:
        """Begin to relay for a task, whose control has these values now."""
        await self.send(task, values)

    async def send(self, task: str, values: ControlValues) -> None:
        async with self._changed:
            self._values[task] = values
            self._changed.notify_all()

    async def close(self, task: str) -> None:
        """End the relay for a task; whoever waits gets `None`."""
        async with self._changed:
            self._values.pop(task, None)
            self._changed.notify_all()

    async def wait_for_change(self, task: str, known: ControlValues) -> ControlValues | None:
        """The values once they differ from the `known` ones; `None` once the relay is closed."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._values.get(task) != known)
            return self._values.get(task)


def follow(relay: Any, task: str, control: FitControl) -> None:
    """On the node: keep `control` up to date in a thread until the relay is closed."""
    threading.Thread(target=_follow, args=(relay, task, control), daemon=True).start()


def _follow(relay: Any, task: str, control: FitControl) -> None:
    while True:
        try:
            values = ray.get(relay.wait_for_change.remote(task, ControlValues.of(control)))
        except ray.exceptions.RayError:  # the head is gone, and with it who could send anything
            return
        if values is None:
            return
        control.learning_rate_factor, control.stop = values
