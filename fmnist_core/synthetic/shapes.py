"""Pieces: single-tone shapes from which synthetic garments are assembled.

Coordinates point right and down, in arbitrary units; `garments` scales a garment to the image.
Later pieces cover earlier ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

Points = list[tuple[float, float]]

MIN_TONE = 0.14
"""Minimum tone of an outer piece: a darker strap or sleeve would vanish in the background."""

# Twelve points of the unit circle, written out: libm's sine may differ in its last bit between
# machines, and garments must not.
_H = 0.8660254037844386
_CIRCLE = (
    *((1, 0), (_H, 0.5), (0.5, _H), (0, 1), (-0.5, _H), (-_H, 0.5)),
    *((-1, 0), (-_H, -0.5), (-0.5, -_H), (0, -1), (0.5, -_H), (_H, -0.5)),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A polygon, or a stroke if `width` is not 0.

    `tone` is its brightness from 0 (a hole that shows the background) to 1; `weave` is the strength
    of the cloth's pattern from 0 to 1.
    """

    points: Points
    tone: float
    width: float = 0.0
    weave: float = 1.0


def mirror(points: Iterable[tuple[float, float]]) -> Points:
    """Mirror points at the vertical axis x = 0."""
    return [(-x, y) for x, y in points]


def mirror_outline(half: Points) -> Points:
    """Complete a closed outline from its right half, given from top to bottom."""
    return half + mirror(reversed(half))


def round_outline(points: Points, rounds: int = 2) -> Points:
    """Smooth a closed outline by cutting its corners (Chaikin 1974) `rounds` times."""
    for _ in range(rounds):
        ends = [*points[1:], points[0]]
        pairs = zip(points, ends, strict=True)
        points = [cut for start, end in pairs for cut in _quarters(start, end)]
    return points


def round_line(points: Points, rounds: int = 2) -> Points:
    """Smooth an open line by cutting its corners; both ends stay."""
    for _ in range(rounds):
        cuts = [cut for start, end in pairwise(points) for cut in _quarters(start, end)]
        points = [points[0], *cuts[1:-1], points[-1]]
    return points


def _quarters(start: tuple[float, float], end: tuple[float, float]) -> Points:
    (x0, y0), (x1, y1) = start, end
    near = (0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1)
    return [near, (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]


def disc(x: float, y: float, *, radius: float) -> Points:
    """A circle around (x, y)."""
    return [(x + radius * cos, y + radius * sin) for cos, sin in _CIRCLE]


def box(left: float, top: float, *, right: float, bottom: float) -> Points:
    """An axis-aligned rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def interpolate(
    start: tuple[float, float], end: tuple[float, float], *, at: float
) -> tuple[float, float]:
    """The point at the fraction `at` of the way from `start` to `end`."""
    return (start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1]))


def contrasting_tone(tone: float, rng: Random) -> float:
    """A tone that contrasts with `tone`: lighter on dark, darker on light."""
    step = rng.uniform(0.25, 0.5)
    return max(MIN_TONE, tone - step) if tone > 0.55 else tone + step


def similar_tone(tone: float, rng: Random, *, spread: float = 0.08) -> float:
    """A random tone within `spread` of `tone`, but never a hole."""
    return max(MIN_TONE, tone + rng.uniform(-spread, spread))


def chance(rng: Random, probability: float) -> bool:
    """Return true with this probability."""
    return rng.random() < probability
