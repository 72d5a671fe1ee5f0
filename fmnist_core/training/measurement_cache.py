"""Cache of measurements on this machine, as JSON files."""

import hashlib
import json
import platform
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fmnist_core import atomic
from fmnist_core.paths import cache_folder

Measurement = TypeVar("Measurement", bound=BaseModel)


def measurement_file(kind: str, name: str, cache_key: str) -> Path:
    """Path of a measurement; its name contains a hash of `cache_key` and of this machine."""
    text = json.dumps([cache_key, platform.node(), platform.machine()])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return cache_folder() / kind / f"{name}-{digest}.json"


def load(path: Path, measurement_type: type[Measurement]) -> Measurement | None:
    """Load a measurement; `None` if there is none or it is damaged."""
    try:
        return measurement_type.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def save(path: Path, measurement: BaseModel) -> None:
    """Store a measurement; raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(path, measurement.model_dump())
