"""What environment variables say of this machine, for a worker that another program starts.

A queue is worked by whoever came first; what the others set for their runs goes along with them.
"""

import json
import os
from typing import Any

from fmnist_core import atomic
from fmnist_core.data.sources import DATA_DIR_VARIABLE
from fmnist_core.paths import WEIGHTS_DIR_VARIABLE
from fmnist_core.runs.run import Run
from fmnist_core.training.cost_estimate import MEMORY_LIMIT

NAMES = (DATA_DIR_VARIABLE, WEIGHTS_DIR_VARIABLE, MEMORY_LIMIT)


def save(run: Run) -> None:
    """Note what holds for whoever asks for this run; raises `OSError`."""
    atomic.write_json(run.environment_file, {name: os.environ.get(name, "") for name in NAMES})


def load(run: Run) -> dict[str, str]:
    """The variables for its worker; none where nobody noted any."""
    try:
        noted: Any = json.loads(run.environment_file.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(noted, dict):
        return {}
    return {name: noted[name] for name in NAMES if isinstance(noted.get(name), str)}
