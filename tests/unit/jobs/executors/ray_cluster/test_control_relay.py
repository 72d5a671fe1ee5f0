"""What a task begins with and a user's control reach the node that waits for them."""

import asyncio

import pytest

from fmnist_core.jobs.executors.ray_cluster.control_relay import (
    ControlRelay,
    ControlValues,
    in_thread,
)
from fmnist_core.training.fit_options import FitControl

BEGIN, STOP = ControlValues(1.0, stop=False), ControlValues(0.5, stop=True)


def relayed(waiting, *messages):
    """What somebody who waits gets once the messages have been sent one after another."""

    async def play():
        relay = ControlRelay()
        waiter = asyncio.create_task(waiting(relay))
        await asyncio.sleep(0)
        for message in messages:
            await message(relay)
        return await asyncio.wait_for(waiter, 5)

    return asyncio.run(play())


def test_options_are_handed_over():
    assert relayed(
        lambda relay: relay.wait_for_options("a"),
        lambda relay: relay.begin("b", ["other"], BEGIN),
        lambda relay: relay.begin("a", ["options"], BEGIN),
    ) == ["options"]


def test_change_is_handed_over():
    values = relayed(
        lambda relay: relay.wait_for_change("a", BEGIN),
        lambda relay: relay.begin("a", [], BEGIN),
        lambda relay: relay.send("a", STOP),
    )
    assert values in (STOP, None)


@pytest.mark.parametrize(
    "waiting",
    [
        lambda relay: relay.wait_for_options("a"),
        lambda relay: relay.wait_for_change("a", BEGIN),
    ],
    ids=["options", "change"],
)
def test_nobody_waits_for_a_closed_task(waiting):
    assert relayed(waiting, lambda relay: relay.close("a")) is None


def test_values_are_those_of_the_control():
    assert ControlValues.of(FitControl(learning_rate_factor=0.5, stop=True)) == STOP


def test_in_thread_returns_the_result():
    assert in_thread(lambda: 3) == 3
