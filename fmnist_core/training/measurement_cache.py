"""Measurements of this machine, kept as JSON for the next who asks."""

import hashlib
import json
import platform
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fmnist_core import atomic
from fmnist_core.paths import cache_folder

Measurement = TypeVar("Measurement", bound=BaseModel)


def measurement_file(kind: str, name: str, asked_for: str) -> Path:
    """Where a measurement is kept: by what it depends on, and by machine."""
    text = json.dumps([asked_for, platform.node(), platform.machine()])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return cache_folder() / kind / f"{name}-{digest}.json"


def load(kept: Path, kind: type[Measurement]) -> Measurement | None:
    """What was measured before, or `None`."""
    try:
        return kind.model_validate_json(kept.read_bytes())
    except (OSError, ValidationError):
        return None


def save(kept: Path, measurement: BaseModel) -> None:
    """Remember it; raises `OSError`."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_json(kept, measurement.model_dump())
