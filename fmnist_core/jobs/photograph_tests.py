"""Test runs on the real photographs in background processes, one run after another."""

from collections.abc import Iterable
from contextlib import suppress

from fmnist_core.errors import RunError
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.runs.run import Run

COMMANDS = BackgroundCommands(user_waits=True)
MODULE = "fmnist_core.serving.evaluate_photographs"


def request(run: Run) -> None:
    """Test the run in the background, unless that is pending or has failed.

    `serving.photograph_predictions.load_predictions` then finds the result, in every session.
    """
    if error(run) is None:
        COMMANDS.request(_key(run), MODULE, str(run.path))


def error(run: Run) -> str | None:
    """Why testing the run failed, in one sentence, or `None`."""
    return COMMANDS.error(_key(run))


def num_pending(runs: Iterable[Run]) -> int:
    """How many of these runs are being tested or wait for it."""
    pending = 0
    for run in runs:
        with suppress(RunError):  # it has been deleted in the meantime
            pending += COMMANDS.is_pending(_key(run))
    return pending


def _key(run: Run) -> tuple[str, int]:
    """Identify the run and its weights: trained again, it is tested again.

    Raises `RunError` for a run without weights.
    """
    return str(run.path), run.weights_version()
