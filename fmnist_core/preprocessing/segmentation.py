"""What a garment lies on: a smooth surface through the picture's frame, and what stands out of it.

Distances are in Lab, where about 2 is the least that an eye tells apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

BORDER_FRACTION = 0.04
"""The picture's rim that is taken for ground, of its shorter edge."""
TEXTURE_THRESHOLD = 2.5
"""Above this the frame is not plain: paper, however lit, comes to about 1."""
MIN_DISTANCE = 5.0
NOISE_FACTOR = 3.5
NUM_FITS = 6
MIN_AREA_FRACTION = 0.04
"""On plain ground: parts above this share of the largest one belong to the garment."""
MIN_SCORE_FRACTION = 0.3
"""On textured ground: parts whose score is above this share of the best one do."""


@dataclass(frozen=True, kw_only=True)
class Background:
    """What a picture of H×W pixels lies on."""

    lab: np.ndarray
    """The picture itself, float32 [H, W, 3]."""
    surface: np.ndarray
    """The ground as it would be without the garment, float32 [H, W, 3], in Lab."""
    distance: np.ndarray
    """How far each pixel is from it, [H, W]."""
    noise: float
    """How far the frame itself is from it, by its median."""

    @property
    def textured(self) -> bool:
        return self.noise > TEXTURE_THRESHOLD


def fit_background(picture: np.ndarray) -> Background:
    """From a picture uint8 [H, W, 3] whose rim shows ground, for the most part."""
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    blurred = cv2.GaussianBlur(lab, (0, 0), 1.0)
    surface, noise = _surface(blurred)
    distance = np.linalg.norm(blurred - surface, axis=-1)
    return Background(lab=lab, surface=surface, distance=distance, noise=noise)


def _frame(height: int, width: int) -> np.ndarray:
    rim = max(2, int(BORDER_FRACTION * min(height, width)))
    frame = np.zeros((height, width), dtype=bool)
    frame[:rim] = frame[-rim:] = True
    frame[:, :rim] = frame[:, -rim:] = True
    return frame


def _surface(lab: np.ndarray) -> tuple[np.ndarray, float]:
    """A quadratic surface by least squares in which outliers, a sleeve on the rim, weigh less."""
    height, width = lab.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    terms = np.stack([np.ones_like(x), x, y, x * y, x**2, y**2], axis=-1)
    frame = _frame(height, width)
    known, wanted = terms[frame], lab[frame].astype(float)
    weights = np.ones(len(known))
    noise = 0.0
    coefficients = np.zeros((terms.shape[-1], 3))
    for _ in range(NUM_FITS):
        # The normal equations of six terms are exact enough, and twenty times as quick as `lstsq`.
        weighted = known * weights[:, None] ** 2
        coefficients = np.linalg.solve(weighted.T @ known, weighted.T @ wanted)
        residuals = np.linalg.norm(wanted - known @ coefficients, axis=-1)
        noise = 1.4826 * float(np.median(residuals)) + 0.5
        weights = 1 / np.maximum(1, residuals / (1.5 * noise))
    return (terms @ coefficients).astype(np.float32), noise


def segment_garment(picture: np.ndarray, ground: Background) -> np.ndarray:
    """Where the garment is, bool [H, W]; nothing where nothing stands out of the ground."""
    if ground.textured:
        return _textured_mask(picture, ground)
    threshold = max(MIN_DISTANCE, NOISE_FACTOR * ground.noise)
    return _parts(ground.distance > threshold, _areas, MIN_AREA_FRACTION)


def _textured_mask(picture: np.ndarray, ground: Background) -> np.ndarray:
    """What lies behind edges that the ground's own texture has not, its rim refined by GrabCut.

    GrabCut: Rother, Kolmogorov, Blake 2004; OpenCV's.
    """
    edges = _edges(ground.lab)
    inside = _behind_edges(edges, ground.distance)
    if not inside.any():
        return inside
    refined = _refined(picture, inside)
    return refined if refined.sum() > 0.5 * inside.sum() else inside


def _refined(picture: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The shape's rim as GrabCut sees it, on half the size: a quarter of the time."""
    height, width = inside.shape
    size = max(1, width // 2), max(1, height // 2)
    blue_first = cv2.resize(picture[..., ::-1], size, interpolation=cv2.INTER_AREA)
    shape = cv2.resize(inside.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    marks = np.full(shape.shape, cv2.GC_BGD, dtype=np.uint8)
    marks[cv2.dilate(shape, _square(5)) > 0] = cv2.GC_PR_BGD
    marks[shape > 0] = cv2.GC_PR_FGD
    marks[cv2.erode(shape, _square(5)) > 0] = cv2.GC_FGD
    if not (marks == cv2.GC_FGD).any():
        return inside
    cv2.setRNGSeed(0)
    ground_model, garment_model = np.zeros((1, 65)), np.zeros((1, 65))
    nowhere = (0, 0, 1, 1)  # the marks say it, not a rectangle
    cv2.grabCut(blue_first, marks, nowhere, ground_model, garment_model, 3, cv2.GC_INIT_WITH_MASK)
    found = ((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)).astype(np.float32)
    large: np.ndarray = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    return large


def _edges(lab: np.ndarray) -> np.ndarray:
    """Strength of edges, blurred until those of the garment stand out of the texture's."""
    frame = _frame(*lab.shape[:2])
    edges = np.zeros(lab.shape[:2])
    for deviation in (1.5, 2.5, 3.5):
        blurred = cv2.GaussianBlur(lab, (0, 0), deviation)
        across, down = (cv2.Sobel(blurred, cv2.CV_32F, *step) / 8 for step in ((1, 0), (0, 1)))
        edges = np.sqrt((across**2 + down**2).sum(axis=-1))
        if 2.2 * np.percentile(edges[frame], 90) < 0.35 * np.percentile(edges, 99.5):
            break
    return edges


def _behind_edges(edges: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """What a flood from the frame does not reach, over dams that become lower until all of the
    garment is behind them.
    """
    found = np.zeros(edges.shape, dtype=bool)
    texture = 2.2 * np.percentile(edges[_frame(*edges.shape)], 75)
    strongest = np.percentile(edges, 99.5)
    for share in (0.5, 0.35, 0.25, 0.18):
        dry = _dry(edges > max(share * strongest, texture))
        inside = _parts(dry, lambda parts: _scores(parts, edges, distance), MIN_SCORE_FRACTION)
        larger = inside.sum() > 1.15 * found.sum()
        holds_it = (inside & found).sum() >= 0.6 * found.sum()
        if inside.mean() <= 0.5 and larger and holds_it:
            found = inside
    return found


def _dry(dams: np.ndarray) -> np.ndarray:
    """Where a flood from outside does not come; thin dams that enclose nothing are washed away."""
    closed = cv2.morphologyEx(dams.astype(np.uint8), cv2.MORPH_CLOSE, _square(5))
    water = np.pad(closed, 1)
    cv2.floodFill(water, None, (0, 0), 2)
    dry = (water[1:-1, 1:-1] != 2).astype(np.uint8)
    # The blurred edges reach beyond the garment.
    return cv2.erode(cv2.morphologyEx(dry, cv2.MORPH_OPEN, _square(7)), _square(3)) > 0


def _square(edge: int) -> np.ndarray:
    return np.ones((edge, edge), dtype=np.uint8)


def _parts(mask: np.ndarray, rate: Callable[[np.ndarray], np.ndarray], share: float) -> np.ndarray:
    """The connected parts whose rating is at least `share` of the best one's."""
    number, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    if number < 2:
        return mask
    ratings = rate(parts)
    kept: np.ndarray = np.isin(parts, 1 + np.nonzero(ratings >= share * ratings.max())[0])
    return kept


def _areas(parts: np.ndarray) -> np.ndarray:
    return np.bincount(parts.ravel())[1:].astype(float)


def _scores(parts: np.ndarray, edges: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Large, with sharp edges and far from the ground: a fold's shadow has soft ones."""
    scores = []
    for part in range(1, parts.max() + 1):
        own = (parts == part).astype(np.uint8)
        rim = cv2.morphologyEx(own, cv2.MORPH_GRADIENT, _square(5)) > 0
        sharp = float(np.median(edges[rim]))
        scores.append(np.sqrt(own.sum()) * sharp**2 * distance[own > 0].mean())
    return np.array(scores)
