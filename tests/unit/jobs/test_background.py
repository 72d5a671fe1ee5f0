"""Background commands: one at a time in the whole server, each once, errors in one sentence."""

import pytest

from fmnist_core.jobs import background, exports, measurements
from fmnist_core.jobs.background import BackgroundCommands, CommandQueue
from fmnist_core.ui import dataset_status


def test_command_gets_arguments_and_input(processes):
    commands = BackgroundCommands(user_waits=False, queue=processes.queue)
    commands.request("key", "a.module", "word", stdin="text")
    processes.wait_until_idle()
    (process,) = processes.started
    assert process.arguments == ["-m", "a.module", "word"]
    assert process.stdin == "text"


def test_a_command_requested_thirty_times_runs_once(processes):
    processes.status = None
    commands = BackgroundCommands(user_waits=False, queue=processes.queue)
    for _ in range(30):
        commands.request("key", "a.module")
    process = processes.wait_for_start(1)
    assert commands.is_pending("key")
    assert not commands.is_pending("another")
    process.exit()
    processes.wait_until_idle()
    assert len(processes.started) == 1
    assert not commands.is_pending()


@pytest.mark.parametrize(
    ("stderr", "error"),
    [
        ("warning\nfmnist_core: No space.\n", "No space."),
        ("", "The process failed without an error message."),
    ],
)
def test_last_line_on_stderr_is_the_error(processes, stderr, error):
    processes.status, processes.stderr = 2, stderr
    commands = BackgroundCommands(user_waits=False, queue=processes.queue)
    commands.request("key", "a.module")
    processes.wait_until_idle()
    assert commands.error("key") == error


def test_process_that_cannot_be_started_is_an_error_and_the_next_one_starts():
    def fail(_):
        raise OSError("Too many processes.")

    queue = CommandQueue(fail)
    commands = BackgroundCommands(user_waits=False, queue=queue)
    commands.request("first", "a.module")
    commands.request("second", "a.module")
    assert queue.wait_until_idle(10)
    assert [commands.error(key) for key in ("first", "second")] == ["Too many processes."] * 2


def test_commands_of_every_kind_run_one_at_a_time(processes):
    processes.status = None
    kinds = [BackgroundCommands(user_waits=True, queue=processes.queue) for _ in range(4)]
    for number, commands in enumerate(kinds):
        commands.request("key", f"module{number}")
    for number, commands in enumerate(kinds, start=1):
        process = processes.wait_for_start(number)
        assert len(processes.started) == number
        assert commands.is_pending("key")
        process.exit()
    processes.wait_until_idle()
    assert [process.arguments[1] for process in processes.started] == [
        "module0", "module1", "module2", "module3",
    ]  # fmt: skip


def test_user_waits_for_no_measurement(processes):
    processes.status = None
    measuring = BackgroundCommands(user_waits=False, queue=processes.queue)
    exporting = BackgroundCommands(user_waits=True, queue=processes.queue)
    measuring.request("long", "long")
    processes.wait_for_start(1)
    measuring.request("next", "next")
    exporting.request("export", "export")
    for number in (2, 3, 4):  # the first was interrupted
        processes.wait_for_start(number).exit()
    processes.wait_until_idle()
    assert [process.arguments[1] for process in processes.started] == [
        "long", "export", "long", "next",
    ]  # fmt: skip
    assert measuring.error("long") is None
    assert not measuring.is_pending()


def test_one_export_does_not_interrupt_another(processes):
    processes.status = None
    exporting = BackgroundCommands(user_waits=True, queue=processes.queue)
    exporting.request("first", "first")
    first = processes.wait_for_start(1)
    exporting.request("second", "second")
    assert first.returncode is None
    first.exit()
    processes.wait_for_start(2).exit()
    processes.wait_until_idle()
    assert len(processes.started) == 2


@pytest.mark.parametrize(
    ("commands", "user_waits"),
    [
        (exports.EXPORT_COMMANDS, True),
        (dataset_status.DOWNLOAD_COMMANDS, True),
        (measurements.COST_COMMANDS, False),
        (measurements.LATENCY_COMMANDS, False),
    ],
)
def test_all_pages_share_one_queue(commands, user_waits):
    assert commands.queue is background.QUEUE
    assert commands.user_waits is user_waits
