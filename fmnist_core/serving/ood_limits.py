"""When a prediction is marked as "not sure", by where its image comes from.

The mark is the baseline of out-of-distribution detection: the probability of the predicted class is
low (Hendrycks and Gimpel 2016, arXiv:1610.02136). Its limits are those above which most marked
predictions are wrong (`bench limits`, docs/figures.md). The distance in feature space
(`evaluation.ood`) finds more of the images that show no garment, but drawings and photos of
garments are as far away, whether they are recognized or not.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

ImageOrigin = Literal["test image", "drawing", "photo"]
UNSURE_LABEL = "not sure"
"""What pages and commands call a marked prediction."""
MIN_CONFIDENCE: Mapping[ImageOrigin, float] = MappingProxyType(
    {"test image": 0.4, "drawing": 0.5, "photo": 0.4}
)
"""Predictions with a lower probability are marked."""
GENERAL_HINTS: Mapping[ImageOrigin, str] = MappingProxyType(
    {
        "test image": "",
        "drawing": "Drawings look different from the photos these models learned from.",
        "photo": "These models learned from small catalog pictures: one item, plain background. "
        "On other photos they are often wrong.",
    }
)
"""What is true of every image from there, whether marked or not."""


def is_unsure(probabilities: np.ndarray, origin: ImageOrigin) -> np.ndarray:
    """Whether each prediction, probabilities [..., 10], is marked as not sure: bool [...]."""
    marked: np.ndarray = probabilities.max(axis=-1) < MIN_CONFIDENCE[origin]
    return marked
