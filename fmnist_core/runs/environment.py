"""Save the environment variables of the process that queues a run, for its worker.

The first dispatcher serves the whole queue, so a run cannot inherit them from its parent process.
"""

import json
import os
from typing import Any

from fmnist_core import atomic
from fmnist_core.data.sources import DATA_DIR_VARIABLE
from fmnist_core.paths import WEIGHTS_DIR_VARIABLE
from fmnist_core.runs.run import Run
from fmnist_core.training.cost_estimate import MEMORY_LIMIT

VARIABLES = (DATA_DIR_VARIABLE, WEIGHTS_DIR_VARIABLE, MEMORY_LIMIT)


def save(run: Run) -> None:
    """Save the variables of this process in the run folder; raises `OSError`."""
    values = {name: os.environ.get(name, "") for name in VARIABLES}
    atomic.write_json(run.environment_file, values)


def load(run: Run) -> dict[str, str]:
    """The variables for the run's worker; empty if none were saved."""
    try:
        values: Any = json.loads(run.environment_file.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: values[name] for name in VARIABLES if isinstance(values.get(name), str)}
