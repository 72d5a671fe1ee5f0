"""Give a garment that was laid out wide the proportions of the training images.

In Fashion-MNIST sleeves hang down: of its T-shirts, pullovers, coats and shirts, 95% are narrower
than high, and what is wider than high is a shoe or a bag. People spread the sleeves, and look at
the floor at an angle, which foreshortens a garment.
"""

import cv2
import numpy as np

from fmnist_core.preprocessing.upright import mirror_agreements

MAX_STRETCH = 1.3
"""More distorts a garment more than it helps: measured on real photographs."""
MIN_AGREEMENT = 0.75
"""With the mirror image: 90% of the shoes, which must stay low, lie below, most clothes above."""

CAPTION = "Stretched upward: in the training images, sleeves hang down."


def stretch_to_square(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Stretch a symmetric garment that is wider than high upward, at most to a square.

    `image` is [h, w, 3], cropped to the garment, and `mask` bool [h, w].
    """
    height, width = mask.shape
    stretch = min(width / height, MAX_STRETCH)
    if stretch <= 1 or mirror_agreements(mask)[0] < MIN_AGREEMENT:
        return image
    return cv2.resize(image, (width, round(height * stretch)))
