"""Pieces: the cut-out shapes of one tone that a drawn garment is laid together from.

Coordinates are in units of the shape's own choosing, rightwards and downwards; whoever paints a
garment fits it into the frame. Later pieces lie on top of earlier ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from random import Random

Points = list[tuple[float, float]]

MIN_TONE = 0.14
"""The least tone of an outer piece: with less, a dark strap or sleeve is lost in the background."""

# The unit circle at twelve places, written out: libm's sine may differ in its last bit between
# machines, and a garment must not.
_H = 0.8660254037844386
_CIRCLE = (
    *((1, 0), (_H, 0.5), (0.5, _H), (0, 1), (-0.5, _H), (-_H, 0.5)),
    *((-1, 0), (-_H, -0.5), (-0.5, -_H), (0, -1), (0.5, -_H), (_H, -0.5)),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One polygon, or one stroke where `width` is not 0.

    `tone` is its brightness from 0 (a hole: background) to 1; `weave` from 0 to 1 is how much of
    the cloth's pattern it shows.
    """

    points: Points
    tone: float
    width: float = 0.0
    weave: float = 1.0


def mirror(points: Iterable[tuple[float, float]]) -> Points:
    """The points mirrored at the vertical axis x = 0."""
    return [(-x, y) for x, y in points]


def mirror_outline(half: Points) -> Points:
    """A closed outline from its right half, which runs from top to bottom."""
    return half + mirror(reversed(half))


def round_outline(points: Points, rounds: int = 2) -> Points:
    """A closed outline with its corners cut (Chaikin 1974), `rounds` times."""
    for _ in range(rounds):
        ends = [*points[1:], points[0]]
        pairs = zip(points, ends, strict=True)
        points = [cut for start, end in pairs for cut in _quarters(start, end)]
    return points


def round_line(points: Points, rounds: int = 2) -> Points:
    """An open line with its corners cut; both ends stay."""
    for _ in range(rounds):
        cuts = [cut for start, end in pairwise(points) for cut in _quarters(start, end)]
        points = [points[0], *cuts[1:-1], points[-1]]
    return points


def _quarters(start: tuple[float, float], end: tuple[float, float]) -> Points:
    (x0, y0), (x1, y1) = start, end
    near = (0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1)
    return [near, (0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]


def disc(x: float, y: float, *, radius: float) -> Points:
    """A round outline about (x, y)."""
    return [(x + radius * cos, y + radius * sin) for cos, sin in _CIRCLE]


def box(left: float, top: float, *, right: float, bottom: float) -> Points:
    """An upright rectangle."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def interpolate(start: tuple[float, float], end: tuple[float, float], *, at: float) -> tuple[float, float]:
    """The point a fraction `at` of the way from `start` to `end`."""
    return (start[0] + at * (end[0] - start[0]), start[1] + at * (end[1] - start[1]))


def contrasting_tone(tone: float, rng: Random) -> float:
    """A tone that stands out from `tone`: lighter on dark, darker on light."""
    step = rng.uniform(0.25, 0.5)
    return max(MIN_TONE, tone - step) if tone > 0.55 else tone + step


def similar_tone(tone: float, rng: Random, *, spread: float = 0.08) -> float:
    """A tone within `spread` of `tone`, never a hole."""
    return max(MIN_TONE, tone + rng.uniform(-spread, spread))


def chance(rng: Random, probability: float) -> bool:
    """True with that probability."""
    return rng.random() < probability
