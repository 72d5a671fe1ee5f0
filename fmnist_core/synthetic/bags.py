"""Assemble handbags from pieces.

The body is about 1 wide, its center is x = 0 and its upper edge y = 0.
"""

from random import Random

from fmnist_core.synthetic.shapes import (
    MIN_TONE,
    Piece,
    chance,
    contrasting_tone,
    disc,
    mirror_outline,
    round_line,
    round_outline,
    similar_tone,
)


def bag(rng: Random, tone: float) -> list[Piece]:
    """Assemble a handbag: body, handle or strap, and a flap, a clasp or seams."""
    height = rng.uniform(0.45, 0.85)
    upper, lower = 0.5 * rng.uniform(0.82, 1.0), 0.5 * rng.uniform(0.88, 1.0)
    corner = rng.uniform(0.01, 0.18)
    half = [(upper - corner, 0.0), (upper, corner * 0.8), (lower, height - corner * 0.8)]
    body = mirror_outline([*half, (lower - corner, height)])
    pieces = _handle(upper, height, tone=tone, rng=rng)
    pieces.append(Piece(round_outline(body, 1), tone))
    for trim, probability in ((_flap, 0.4), (_panel_seams, 0.45), (_clasp, 0.5)):
        if chance(rng, probability):
            pieces += trim(upper, height, tone=tone, rng=rng)
    return pieces


def _handle(upper: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    """One or two handles, a long strap up or down the side, or none."""
    style, strap_tone = rng.random(), max(MIN_TONE, tone * rng.uniform(0.8, 1.3))
    width = rng.uniform(0.035, 0.065)
    if style < 0.22:
        return []
    if style < 0.4:
        side = rng.choice((-1, 1))
        line = [
            (side * upper * 0.95, 0.02),
            (side * 0.53, height * 0.4),
            (side * upper, height * 0.8),
        ]
        return [Piece(round_line(line), strap_tone, width, 0.2)]
    rise = rng.uniform(0.15, 0.4) if style < 0.75 else rng.uniform(0.5, 0.9)
    half = upper * (rng.uniform(0.3, 0.65) if rise < 0.45 else rng.uniform(0.7, 0.98))
    line = [(-half, 0.03), (-half * 0.85, -rise), (half * 0.85, -rise), (half, 0.03)]
    return [Piece(round_line(line), min(1.0, strap_tone), width, 0.2)]


def _flap(upper: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    depth, side = height * rng.uniform(0.35, 0.65), upper * 0.98
    outline = [(-side, 0.0), (side, 0.0), (side, depth * 0.7), (side * 0.5, depth)]
    outline += [(-side * 0.5, depth), (-side, depth * 0.7)]
    edge = Piece([*outline[2:], outline[0]][:4], max(0.08, tone * 0.6), 0.02, 0)
    flap_tone = contrasting_tone(tone, rng) if chance(rng, 0.2) else similar_tone(tone, rng)
    return [Piece(outline, flap_tone), edge]


def _panel_seams(upper: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    """Vertical seams near both sides, or a zipper along the top."""
    seam = max(0.08, tone * rng.uniform(0.5, 0.85))
    if chance(rng, 0.5):
        y = height * rng.uniform(0.08, 0.2)
        return [Piece([(-upper * 0.9, y), (upper * 0.9, y)], seam, 0.022, 0)]
    x = upper * rng.uniform(0.4, 0.75)
    return [Piece([(side, 0.01), (side, height * 0.97)], seam, 0.022, 0) for side in (-x, x)]


def _clasp(upper: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    position, radius = (
        (upper * rng.uniform(-0.1, 0.1), height * rng.uniform(0.3, 0.6)),
        rng.uniform(0.03, 0.06),
    )
    return [Piece(disc(*position, radius=radius), contrasting_tone(tone, rng), weave=0)]
