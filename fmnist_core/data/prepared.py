"""What a model sees of a photograph or a drawing, and each step on the way there."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step on the way, as it looks."""

    title: str
    picture: np.ndarray
    """uint8 [H, W] or [H, W, 3]."""
    hint: str


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a model sees, and how it came about."""

    image: np.ndarray
    """uint8 [28, 28]."""
    steps: tuple[Step, ...]
    inverted: bool
    """Whether dark became bright."""
    warning: str | None = None
