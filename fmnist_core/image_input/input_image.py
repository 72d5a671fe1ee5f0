"""What somebody shows to the models, whichever way it came in."""

import hashlib
from dataclasses import dataclass

import numpy as np

from fmnist_core.preprocessing.preprocessed import Preprocessed


@dataclass(frozen=True, kw_only=True)
class InputImage:
    """One garment."""

    name: str
    """Said above its steps."""
    preprocessed: Preprocessed
    label: int | None = None
    """Its class, where that is known."""
    seen: bool = False
    """Whether it stands on the page already, as a canvas does."""
    photo_key: str | None = None
    """Of a photograph: names it for the corrections by hand."""


def key_of(picture: np.ndarray) -> str:
    """A short name for a picture's content."""
    return hashlib.sha256(picture.tobytes()).hexdigest()[:12]
