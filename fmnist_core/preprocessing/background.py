"""Fit a smooth background to the border of a photo and measure how far each pixel is from it.

Color distances are in CIELAB, where about 2 is the smallest visible difference.
"""

from dataclasses import dataclass

import cv2
import numpy as np

BORDER_FRACTION = 0.04
"""Width of the border that is assumed to be background, as a fraction of the shorter edge."""
PLAIN_NOISE = 2.5
"""Noise up to which a background counts as plain: paper, however lit, has about 1."""
MIN_DISTANCE = 5.0
"""Distance below which nothing counts as different, however plain the background."""
NOISE_FACTOR = 3.5
"""Noise times this is the distance from which a pixel differs from its background."""
NUM_ITERATIONS = 6
"""Of the reweighted fit; more change nothing."""
RIDGE = 1e-6
"""Makes the fit solvable in a strip so narrow that terms coincide."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """The background fitted to an image of H×W pixels."""

    surface: np.ndarray
    """The background without the garment in CIELAB, float32 [H, W, 3]."""
    distance: np.ndarray
    """Color distance of each pixel from the background, [H, W]."""
    noise: float
    """Median distance of the border from the background."""

    @property
    def is_plain(self) -> bool:
        return self.noise <= PLAIN_NOISE

    @property
    def differs(self) -> np.ndarray:
        """Pixels that the background's noise does not explain, bool [H, W]."""
        different: np.ndarray = self.distance > max(MIN_DISTANCE, NOISE_FACTOR * self.noise)
        return different


def fit_background(image: np.ndarray) -> Background:
    """Fit the background of an image, RGB uint8 [H, W, 3], whose border is mostly background."""
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    blurred = cv2.GaussianBlur(lab, (0, 0), 1.0)
    surface, noise = _fit_surface(blurred)
    distance = np.linalg.norm(blurred - surface, axis=-1)
    return Background(surface=surface, distance=distance, noise=noise)


def border_mask(height: int, width: int) -> np.ndarray:
    """The border that is assumed to be background, bool [height, width]."""
    thickness = max(2, int(BORDER_FRACTION * min(height, width)))
    border = np.zeros((height, width), dtype=bool)
    border[:thickness] = border[-thickness:] = True
    border[:, :thickness] = border[:, -thickness:] = True
    return border


def _fit_surface(lab: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit a quadratic surface to the border by iteratively reweighted least squares.

    Outliers, such as a sleeve that touches the border, get lower weights. Returns the surface and
    the noise.
    """
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], axis=-1)
    border = border_mask(height, width)
    border_terms, border_colors = terms[border], lab[border].astype(float)
    weights = np.ones(len(border_terms))
    noise = 0.0
    coefficients = np.zeros((terms.shape[-1], 3))
    for _ in range(NUM_ITERATIONS):
        # The normal equations of six terms are exact enough, and 20 times as fast as `lstsq`.
        weighted = border_terms * weights[:, None] ** 2
        products = weighted.T @ border_terms + RIDGE * np.eye(terms.shape[-1])
        coefficients = np.linalg.solve(products, weighted.T @ border_colors)
        residuals = np.linalg.norm(border_colors - border_terms @ coefficients, axis=-1)
        noise = 1.4826 * float(np.median(residuals)) + 0.5
        weights = 1 / np.maximum(1, residuals / (1.5 * noise))
    return (terms @ coefficients).astype(np.float32), noise
