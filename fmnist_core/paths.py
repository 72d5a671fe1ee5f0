"""The folders of this checkout, each movable by an environment variable.

They are absolute: workers run in another folder than whoever starts them.
"""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
WEIGHTS_DIR_VARIABLE = "FMNIST_WEIGHTS_DIR"


def cache_folder() -> Path:
    """Verified data and measurements of this machine: `FMNIST_CACHE_DIR`, else `data/`."""
    return Path(os.environ.get("FMNIST_CACHE_DIR") or PROJECT / "data").absolute()


def runs_folder() -> Path:
    """Runs of this machine: `FMNIST_RUNS_DIR`, else `runs/`."""
    return Path(os.environ.get("FMNIST_RUNS_DIR") or PROJECT / "runs").absolute()


def checkpoints_folder() -> Path:
    """Finished runs that ship with the project."""
    return PROJECT / "checkpoints"


def weights_folder() -> Path | None:
    """Where `FMNIST_WEIGHTS_DIR` says that ImageNet weights lie, or `None`."""
    named = os.environ.get(WEIGHTS_DIR_VARIABLE)
    return Path(named).absolute() if named else None
