"""The input image, from any source, as models and pages see it."""

import hashlib
from dataclasses import dataclass

import numpy as np

from fmnist_core.preprocessing.preprocessed import Preprocessed
from fmnist_core.serving.ood_limits import ImageOrigin

MIN_PHOTO_EDGE = 64
"""Pixels; a smaller image is an icon or already like the training images."""


@dataclass(frozen=True, kw_only=True)
class InputImage:
    """One image of a garment; every source returns this or `None`."""

    name: str
    """The title above its preprocessing steps."""
    preprocessed: Preprocessed
    origin: ImageOrigin = "test image"
    accepted: tuple[int, ...] | None = None
    """Classes that count as right, none for what is none of the ten; `None` if not known."""
    truth: str = ""
    """What it shows, if that is known."""
    is_displayed: bool = False
    """Whether its source already displays it, as the canvas and the camera do."""
    photo_key: str | None = None
    """For a photo: identifies it for the manual adjustments."""

    @property
    def pixels(self) -> np.ndarray:
        """The models' input, uint8 [28, 28]."""
        return self.preprocessed.image

    @property
    def label(self) -> int | None:
        """The true class, if a single one is right."""
        return self.accepted[0] if self.accepted and len(self.accepted) == 1 else None

    @property
    def photo(self) -> np.ndarray | None:
        """The whole photo, uint8 [H, W] or [H, W, 3]; `None` if the image is not from a photo."""
        original = self.preprocessed.original
        if (
            self.origin != "photo"
            or original is None
            or min(original.image.shape[:2]) < MIN_PHOTO_EDGE
        ):
            return None
        return original.image


def content_key(pixels: np.ndarray) -> str:
    """Hash an image's pixels to a short key."""
    return hashlib.sha256(pixels.tobytes()).hexdigest()[:12]
