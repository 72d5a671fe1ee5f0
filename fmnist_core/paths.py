"""Folders of this checkout; environment variables can move them.

All paths are absolute, because workers run in another working directory than their parent.
"""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
WEIGHTS_DIR_VARIABLE = "FMNIST_WEIGHTS_DIR"


def cache_folder() -> Path:
    """Verified data and measurements of this machine: `FMNIST_CACHE_DIR` or `data/`."""
    return Path(os.environ.get("FMNIST_CACHE_DIR") or PROJECT / "data").absolute()


def runs_folder() -> Path:
    """Runs of this machine: `FMNIST_RUNS_DIR` or `runs/`."""
    return Path(os.environ.get("FMNIST_RUNS_DIR") or PROJECT / "runs").absolute()


def checkpoints_folder() -> Path:
    """Finished runs that ship with the project."""
    return PROJECT / "checkpoints"


def weights_folder() -> Path | None:
    """Folder of ImageNet weights, `FMNIST_WEIGHTS_DIR`, or `None` if it is not set."""
    folder = os.environ.get(WEIGHTS_DIR_VARIABLE)
    return Path(folder).absolute() if folder else None
