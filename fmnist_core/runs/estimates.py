"""Have a recipe's cost measured in a process of its own, so that the page never waits for torch."""

import subprocess
import sys
import threading

from fmnist_core import paths
from fmnist_core.training.estimate import estimate_file
from fmnist_core.training.recipe import Recipe

_one_at_a_time = threading.Lock()
_asked: dict[str, str | None] = {}
"""What this server has asked for, by estimate file: `None` while it is measured, then a problem."""


def request(recipe: Recipe) -> None:
    """Measure in the background, unless that is under way or failed before.

    The result is found by `training.estimate.known_estimate`, by every browser session.
    """
    key = estimate_file(recipe).name
    if key in _asked:
        return
    _asked[key] = None
    threading.Thread(target=_measure, args=(recipe, key), daemon=True).start()


def problem(recipe: Recipe) -> str | None:
    """Why the measurement failed, in a sentence, or `None`."""
    return _asked.get(estimate_file(recipe).name)


def _measure(recipe: Recipe, key: str) -> None:
    command = [sys.executable, "-m", "fmnist_core.training.cost"]
    with _one_at_a_time:
        finished = subprocess.run(
            command,
            input=recipe.model_dump_json(),
            capture_output=True,
            text=True,
            cwd=paths.PROJECT,
            check=False,
        )
    if finished.returncode:
        lines = finished.stderr.strip().splitlines() or ["it ended without a word"]
        _asked[key] = f"The cost could not be measured: {lines[-1]}."
    else:
        del _asked[key]
