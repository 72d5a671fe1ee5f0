"""Segment the garment: fit a smooth background to the border and threshold the difference.

Color distances are in CIELAB, where about 2 is the smallest visible difference.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

BORDER_FRACTION = 0.04
"""Width of the border that is assumed to be background, as a fraction of the shorter edge."""
TEXTURE_THRESHOLD = 2.5
"""Noise above which the background counts as textured: paper, however lit, has about 1."""
MIN_DISTANCE = 5.0
NOISE_FACTOR = 3.5
NUM_ITERATIONS = 6
MIN_AREA_FRACTION = 0.04
"""On a plain background, components above this fraction of the largest belong to the garment."""
MIN_SCORE_FRACTION = 0.3
"""On a textured background, components that score above this fraction of the best belong to it."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """The background fitted to an image of H×W pixels."""

    lab: np.ndarray
    """The image itself in CIELAB, float32 [H, W, 3]."""
    surface: np.ndarray
    """The background without the garment in CIELAB, float32 [H, W, 3]."""
    distance: np.ndarray
    """Color distance of each pixel from the background, [H, W]."""
    noise: float
    """Median distance of the border from the background."""

    @property
    def is_textured(self) -> bool:
        return self.noise > TEXTURE_THRESHOLD


def fit_background(image: np.ndarray) -> Background:
    """Fit the background of an image uint8 [H, W, 3] whose border is mostly background."""
    lab = cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    blurred = cv2.GaussianBlur(lab, (0, 0), 1.0)
    surface, noise = _fit_surface(blurred)
    distance = np.linalg.norm(blurred - surface, axis=-1)
    return Background(lab=lab, surface=surface, distance=distance, noise=noise)


def _border_mask(height: int, width: int) -> np.ndarray:
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
    border = _border_mask(height, width)
    border_terms, border_colors = terms[border], lab[border].astype(float)
    weights = np.ones(len(border_terms))
    noise = 0.0
    coefficients = np.zeros((terms.shape[-1], 3))
    for _ in range(NUM_ITERATIONS):
        # The normal equations of six terms are exact enough, and 20 times as fast as `lstsq`.
        weighted = border_terms * weights[:, None] ** 2
        coefficients = np.linalg.solve(weighted.T @ border_terms, weighted.T @ border_colors)
        residuals = np.linalg.norm(border_colors - border_terms @ coefficients, axis=-1)
        noise = 1.4826 * float(np.median(residuals)) + 0.5
        weights = 1 / np.maximum(1, residuals / (1.5 * noise))
    return (terms @ coefficients).astype(np.float32), noise


def segment_garment(image: np.ndarray, background: Background) -> np.ndarray:
    """Return the mask of the garment, bool [H, W]; empty if nothing differs from the background."""
    if background.is_textured:
        return _segment_on_texture(image, background)
    threshold = max(MIN_DISTANCE, NOISE_FACTOR * background.noise)
    return _select_components(background.distance > threshold, _areas, MIN_AREA_FRACTION)


def _segment_on_texture(image: np.ndarray, background: Background) -> np.ndarray:
    """Find the area enclosed by edges stronger than the texture's, and refine it with GrabCut.

    GrabCut: Rother, Kolmogorov, Blake 2004; OpenCV's implementation.
    """
    edges = _edge_strength(background.lab)
    enclosed = _enclosed_by_edges(edges, background.distance)
    if not enclosed.any():
        return enclosed
    refined = _refine_with_grabcut(image, enclosed)
    return refined if refined.sum() > 0.5 * enclosed.sum() else enclosed


def _refine_with_grabcut(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Refine the edge of a mask at half the resolution, which takes a quarter of the time."""
    height, width = mask.shape
    size = max(1, width // 2), max(1, height // 2)
    bgr = cv2.resize(image[..., ::-1], size, interpolation=cv2.INTER_AREA)
    small_mask = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    labels = np.full(small_mask.shape, cv2.GC_BGD, dtype=np.uint8)
    labels[cv2.dilate(small_mask, _square(5)) > 0] = cv2.GC_PR_BGD
    labels[small_mask > 0] = cv2.GC_PR_FGD
    labels[cv2.erode(small_mask, _square(5)) > 0] = cv2.GC_FGD
    if not (labels == cv2.GC_FGD).any():
        return mask
    cv2.setRNGSeed(0)
    background_model, foreground_model = np.zeros((1, 65)), np.zeros((1, 65))
    unused_rectangle = (0, 0, 1, 1)  # GC_INIT_WITH_MASK ignores it
    cv2.grabCut(
        bgr, labels, unused_rectangle, background_model, foreground_model, 3, cv2.GC_INIT_WITH_MASK
    )
    foreground = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.float32)
    refined: np.ndarray = (
        cv2.resize(foreground, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    )
    return refined


def _edge_strength(lab: np.ndarray) -> np.ndarray:
    """Gradient magnitude, blurred until the garment's edges exceed the texture's."""
    border = _border_mask(*lab.shape[:2])
    edges = np.zeros(lab.shape[:2])
    for sigma in (1.5, 2.5, 3.5):
        blurred = cv2.GaussianBlur(lab, (0, 0), sigma)
        dx, dy = (cv2.Sobel(blurred, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1)))
        edges = np.sqrt((dx**2 + dy**2).sum(axis=-1))
        if 2.2 * np.percentile(edges[border], 90) < 0.35 * np.percentile(edges, 99.5):
            break
    return edges


def _enclosed_by_edges(edges: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Find the area that a flood fill from the border does not reach.

    The threshold that makes an edge a barrier is lowered step by step; a larger area replaces a
    smaller one that it mostly contains.
    """
    enclosed = np.zeros(edges.shape, dtype=bool)
    texture = 2.2 * np.percentile(edges[_border_mask(*edges.shape)], 75)
    strongest = np.percentile(edges, 99.5)
    for fraction in (0.5, 0.35, 0.25, 0.18):
        unreached = _unreached_by_flood(edges > max(fraction * strongest, texture))
        candidate = _select_components(
            unreached, lambda components: _scores(components, edges, distance), MIN_SCORE_FRACTION
        )
        is_larger = candidate.sum() > 1.15 * enclosed.sum()
        contains_it = (candidate & enclosed).sum() >= 0.6 * enclosed.sum()
        if candidate.mean() <= 0.5 and is_larger and contains_it:
            enclosed = candidate
    return enclosed


def _unreached_by_flood(barriers: np.ndarray) -> np.ndarray:
    """Mask of the pixels that a flood fill from the border does not reach.

    Opening removes barriers that enclose nothing; erosion compensates for blurred edges, which
    extend past the garment.
    """
    closed = cv2.morphologyEx(barriers.astype(np.uint8), cv2.MORPH_CLOSE, _square(5))
    flooded = np.pad(closed, 1)
    cv2.floodFill(flooded, None, (0, 0), 2)
    unreached = (flooded[1:-1, 1:-1] != 2).astype(np.uint8)
    return cv2.erode(cv2.morphologyEx(unreached, cv2.MORPH_OPEN, _square(7)), _square(3)) > 0


def _square(edge: int) -> np.ndarray:
    return np.ones((edge, edge), dtype=np.uint8)


def _select_components(
    mask: np.ndarray, score: Callable[[np.ndarray], np.ndarray], min_fraction: float
) -> np.ndarray:
    """Keep connected components that score at least `min_fraction` of the best one."""
    num_components, components = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    if num_components < 2:
        return mask
    scores = score(components)
    selected: np.ndarray = np.isin(
        components, 1 + np.nonzero(scores >= min_fraction * scores.max())[0]
    )
    return selected


def _areas(components: np.ndarray) -> np.ndarray:
    return np.bincount(components.ravel())[1:].astype(float)


def _scores(components: np.ndarray, edges: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Score by size, edge sharpness and color distance; the shadow of a fold has soft edges."""
    scores = []
    for component in range(1, components.max() + 1):
        mask = (components == component).astype(np.uint8)
        outline = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, _square(5)) > 0
        sharpness = float(np.median(edges[outline]))
        scores.append(np.sqrt(mask.sum()) * sharpness**2 * distance[mask > 0].mean())
    return np.array(scores)
