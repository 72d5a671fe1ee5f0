"""Preprocess a photo, its garment found by the features of the network trained on ImageNet.

A place belongs to the garment if its features resemble none of those on the photo's border. That
sees more than colors do: a trouser leg is not the floor between the legs.
"""

from contextlib import suppress

import cv2
import numpy as np

from fmnist_core.errors import ModelError
from fmnist_core.preprocessing import photo
from fmnist_core.preprocessing.photo_adjustments import NO_ADJUSTMENTS, PhotoAdjustments
from fmnist_core.preprocessing.preprocessed import Preprocessed
from fmnist_core.serving import imagenet

LONGEST_EDGE = 256
"""In pixels, of the network's input."""
SIMILAR_FRACTION = 0.1
"""What resembles this part of the border resembles the border; less may be a sleeve upon it."""
HIGH_PERCENTILE = 90
"""Of a map's distances, to which it is scaled before it is averaged with the others."""


def preprocess_photo(
    image: np.ndarray, adjustments: PhotoAdjustments = NO_ADJUSTMENTS
) -> Preprocessed:
    """Convert a photo, RGB uint8 [H, W, 3], to 28×28; raises `DataError` as `photo` does."""
    return photo.preprocess_photo(image, adjustments, find_salient=find_salient)


def find_salient(image: np.ndarray) -> np.ndarray | None:
    """Where a photo, RGB uint8 [h, w, 3], is unlike its border: bool [h, w].

    The first call loads the network, which takes a second or two. `None` if its weights are
    missing or damaged.
    """
    height, width = image.shape[:2]
    scale = LONGEST_EDGE / max(height, width)
    stride = imagenet.FEATURE_STRIDES[-1]
    size = tuple(stride * max(2, round(edge * scale / stride)) for edge in (width, height))
    with suppress(ModelError):
        maps = imagenet.feature_maps(cv2.resize(image, size, interpolation=cv2.INTER_AREA))
        distances = [_distance_from_border(features) for features in maps]
        mean = np.mean([cv2.resize(distance, (width, height)) for distance in distances], axis=0)
        scaled = np.rint(255 * mean / max(mean.max(), 1e-6)).astype(np.uint8)
        _, salient = cv2.threshold(scaled, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        return salient > 0
    return None


def _distance_from_border(features: np.ndarray) -> np.ndarray:
    """Cosine distance of each position from the more similar ones on the border, float32 [h, w].

    `features` is [h, w, C].
    """
    directions = features / np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-6)
    border = np.ones(features.shape[:2], dtype=bool)
    border[1:-1, 1:-1] = False
    similarities = directions @ directions[border].T
    rank = -1 - max(1, int(SIMILAR_FRACTION * border.sum()))  # counted from the most similar
    distance = np.maximum(1 - np.partition(similarities, rank, axis=-1)[..., rank], 0)
    scaled: np.ndarray = distance / max(float(np.percentile(distance, HIGH_PERCENTILE)), 1e-6)
    return scaled.astype(np.float32)
