"""Assemble sandals, sneakers and ankle boots from pieces.

Each function takes `rng` and the garment's tone from 0 to 1 and returns its pieces, bottom layer
first. A shoe is 1 long and points left; its sole's underside is y = 0, and y is negative above.
"""

from random import Random

from fmnist_core.synthetic.shapes import (
    Piece,
    Points,
    box,
    chance,
    contrasting_tone,
    interpolate,
    round_line,
    round_outline,
    similar_tone,
)

_POINTS_RIGHT = 0.03
"""Fraction of shoes that point right; in the real data set almost none do."""


def _maybe_mirror(pieces: list[Piece], rng: Random) -> list[Piece]:
    """Mirror a shoe occasionally."""
    if not chance(rng, _POINTS_RIGHT):
        return pieces
    return [Piece([(1 - x, y) for x, y in p.points], p.tone, p.width, p.weave) for p in pieces]


def sneaker(rng: Random, tone: float) -> list[Piece]:
    """Assemble a sneaker: a low upper on a thick light or dark sole, with laces and stripes."""
    height = rng.uniform(0.3, 0.42) if chance(rng, 0.82) else rng.uniform(0.45, 0.7)
    sole, toe = rng.uniform(0.06, 0.11), rng.uniform(0.12, 0.18)
    upper, tongue = _sneaker_upper(height, sole=sole, toe=toe, rng=rng)
    pieces = [Piece(upper, tone), *_sneaker_sole(sole, tone, rng)]
    if chance(rng, 0.8):
        pieces += _laces((0.3, -toe - 0.07), tongue, tone=tone, rng=rng)
    if chance(rng, 0.6):
        pieces += _side_stripes(height, tone, rng)
    if chance(rng, 0.5):
        cap = [(0.02, -sole * 0.6), (0.05, -toe), (0.18, -toe - 0.03), (0.24, -sole * 0.6)]
        pieces.append(Piece(cap, similar_tone(tone, rng, spread=0.2)))
    if chance(rng, 0.5):
        heel = [(0.82, -sole), (0.86, -height * 0.75), (0.95, -height * 0.85), (0.97, -sole)]
        pieces.append(Piece(heel, similar_tone(tone, rng, spread=0.25)))
    return _maybe_mirror(pieces, rng)


def _sneaker_upper(
    height: float, *, sole: float, toe: float, rng: Random
) -> tuple[Points, tuple[float, float]]:
    """Outline of the upper, and the top of the tongue."""
    mouth = rng.uniform(0.56, 0.66)
    tongue = (mouth - 0.06, -height - rng.uniform(-0.01, 0.05))
    outline = [(0.01, -sole * 0.6), (0.03, -toe), (0.2, -toe - 0.05), (0.36, -toe - 0.11)]
    outline += [tongue, (mouth, -height * 0.95), (mouth + 0.08, -height * 0.78)]
    outline += [
        (0.86, -height * 0.82),
        (0.96, -height),
        (0.985, -height * 0.6),
        (0.97, -sole * 0.5),
    ]
    return round_outline(outline, 1), tongue


def _sneaker_sole(sole: float, tone: float, rng: Random) -> list[Piece]:
    sole_tone = rng.uniform(0.55, 0.98) if chance(rng, 0.65) else rng.uniform(0.12, 0.45)
    outline = [(0.0, -sole * 0.8), (0.3, -sole * 0.85), (0.97, -sole), (1.0, -sole * 0.4)]
    outline += [(0.96, 0.0), (0.12, 0.0), (0.0, -sole * 0.3)]
    seam = [(0.02, -sole * 0.9), (0.97, -sole * 1.05)]
    return [Piece(outline, sole_tone, weave=0.1), Piece(seam, max(0.08, tone * 0.6), 0.015, 0)]


def _laces(
    start: tuple[float, float], end: tuple[float, float], *, tone: float, rng: Random
) -> list[Piece]:
    """Short strokes across the instep from `start` to `end`."""
    lace_tone, count = contrasting_tone(tone, rng), int(rng.uniform(3, 6))
    pieces = []
    for number in range(count):
        x, y = interpolate(start, end, at=(number + 0.3) / count)
        pieces.append(Piece([(x - 0.01, y - 0.01), (x + 0.06, y + 0.06)], lace_tone, 0.016, 0))
    return pieces


def _side_stripes(height: float, tone: float, rng: Random) -> list[Piece]:
    """A brand's stripes: one curve, or up to three slanted bars."""
    stripe_tone, bottom = contrasting_tone(tone, rng), -0.12
    if chance(rng, 0.4):
        sweep = round_line([(0.35, -height * 0.35), (0.5, bottom + 0.01), (0.9, -height * 0.75)])
        return [Piece(sweep, stripe_tone, rng.uniform(0.02, 0.05), 0)]
    bars = [[(x, bottom), (x + 0.1, -height * 0.65)] for x in (0.42, 0.52, 0.62)]
    return [Piece(bar, stripe_tone, 0.03, 0) for bar in bars[: int(rng.uniform(1, 4))]]


def ankle_boot(rng: Random, tone: float) -> list[Piece]:
    """Assemble an ankle boot: a shaft above the ankle on a flat, block or high heel."""
    heel = rng.choices((0.05, 0.13, 0.3), weights=(5, 5, 1.6))[0] * rng.uniform(0.8, 1.2)
    height = heel * 0.6 + rng.uniform(0.5, 0.78)
    shaft, rise = rng.uniform(0.42, 0.58), heel * 0.75
    sporty = heel < 0.08 and chance(rng, 0.3)  # easily mistaken for a high sneaker
    sole = _sneaker_sole(0.1, tone, rng) if sporty else _boot_sole(heel, rise, rng=rng)
    pieces = [Piece(_boot_upper(shaft, height, rise=rise, rng=rng), tone), *sole]
    detail = rng.choices((_gore, _boot_laces, _zipper, None), weights=(3, 3, 1.5, 1.5))[0]
    if detail:
        pieces += detail(shaft, height, tone=tone, rng=rng)
    if chance(rng, 0.3):
        cuff = box(shaft - 0.03, -height, right=0.945, bottom=-height + rng.uniform(0.06, 0.14))
        pieces.append(Piece(cuff, similar_tone(tone, rng, spread=0.3)))
    return _maybe_mirror(pieces, rng)


def _boot_upper(shaft: float, height: float, *, rise: float, rng: Random) -> Points:
    outline = [(0.01, -0.04), (0.03, -0.15), (0.22, -0.23 - 0.2 * rise)]
    outline += [(shaft - 0.06, -0.36 - 0.5 * rise), (shaft, -0.5 - 0.4 * rise)]
    outline += [
        (shaft + rng.uniform(-0.05, 0.02), -height),
        (0.93, -height + rng.uniform(-0.03, 0.03)),
    ]
    outline += [(0.95, -0.4 - rise), (0.98, -0.2 - rise), (0.94, -0.03 - rise)]
    return round_outline([*outline, (0.62, -0.03 - rise * 0.8), (0.4, -0.03)], 1)


def _boot_sole(heel: float, rise: float, *, rng: Random) -> list[Piece]:
    sole_tone = rng.uniform(0.12, 0.5) if chance(rng, 0.6) else rng.uniform(0.5, 0.95)
    thickness = rng.uniform(0.025, 0.06)
    front = rng.uniform(0.66, 0.76) if heel < 0.2 else rng.uniform(0.82, 0.88)
    line = [
        (0.0, -thickness / 2),
        (0.42, -thickness / 2),
        (0.64, -rise * 0.8),
        (0.97, -rise - 0.02),
    ]
    block = [(front, -rise * 0.9), (0.97, -rise - 0.03), (0.96, 0.0), (front + 0.03, 0.0)]
    sole = Piece(line, sole_tone, thickness, 0)
    return [sole, Piece(block, sole_tone, weave=0)]


def _gore(shaft: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    """The elastic side of a Chelsea boot."""
    middle = (shaft + 0.95) / 2
    wedge = [
        (middle - 0.09, -height + 0.01),
        (middle + 0.09, -height + 0.01),
        (middle + 0.03, -0.34),
    ]
    return [
        Piece(
            round_outline([*wedge, (middle - 0.03, -0.34)], 1),
            max(0.1, tone * rng.uniform(0.5, 0.7)),
            weave=0.4,
        )
    ]


def _boot_laces(shaft: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    return _laces((shaft - 0.14, -0.36), (shaft - 0.04, -height + 0.05), tone=tone, rng=rng)


def _zipper(shaft: float, height: float, *, tone: float, rng: Random) -> list[Piece]:
    x = rng.uniform(shaft + 0.12, 0.85)
    return [Piece([(x, -height), (x - 0.04, -0.15)], contrasting_tone(tone, rng), 0.018, 0)]


def sandal(rng: Random, tone: float) -> list[Piece]:
    """Assemble a sandal: straps over a bare sole, flat, on a wedge, or on a high heel."""
    styles = (_flat_sandal, _wedge_sandal, _heeled_sandal, _closed_sandal)
    style = rng.choices(styles, weights=(5, 2, 3, 1))[0]
    return _maybe_mirror(style(rng, tone), rng)


def _flat_sandal(rng: Random, tone: float) -> list[Piece]:
    thickness = rng.uniform(0.04, 0.1)
    sole = Piece(
        round_line([(0.0, -0.04), (0.15, -0.02), (0.6, -0.05), (1.0, -0.06)], 1), tone, thickness
    )
    footbed: Points = [(0.06, -0.05), (0.28, -0.05), (0.5, -0.06), (0.72, -0.07), (0.95, -0.07)]
    return [sole, *_straps(footbed, rng.uniform(0.2, 0.36), tone=tone, rng=rng)]


def _wedge_sandal(rng: Random, tone: float) -> list[Piece]:
    height = rng.uniform(0.12, 0.3)
    wedge = [
        (0.0, -0.05),
        (0.35, -0.07),
        (0.65, -height * 0.8),
        (0.98, -height),
        (0.95, 0.0),
        (0.05, 0.0),
    ]
    footbed: Points = [(0.06, -0.06), (0.3, -0.07), (0.5, -height * 0.5), (0.75, -height * 0.9)]
    straps = _straps([*footbed, (0.93, -height)], rng.uniform(0.24, 0.4), tone=tone, rng=rng)
    return [*straps, Piece(round_outline(wedge, 1), similar_tone(tone, rng, spread=0.3))]


def _heeled_sandal(rng: Random, tone: float) -> list[Piece]:
    height = rng.uniform(0.34, 0.58)
    arch = [
        (0.0, -0.02),
        (0.24, -0.02),
        (0.5, -height * 0.45),
        (0.75, -height * 0.92),
        (0.96, -height),
    ]
    footbed: Points = [(0.06, -0.03), (0.26, -0.04), arch[2], arch[3], (0.93, -height)]
    heel = [(0.82, -height), (0.97, -height), (0.95, -height * 0.7), (0.93, 0.0), (0.89, 0.0)]
    straps = _straps(footbed, rng.uniform(0.22, 0.36), tone=tone, rng=rng)
    heel_tone = similar_tone(tone, rng, spread=0.2)
    sole = Piece(round_line(arch, 1), tone, rng.uniform(0.03, 0.055), 0.3)
    return [Piece(heel, heel_tone, weave=0.2), sole, *straps]


def _closed_sandal(rng: Random, tone: float) -> list[Piece]:
    """A sneaker's outline with openings in its side, easily mistaken for one."""
    height, sole = rng.uniform(0.26, 0.4), rng.uniform(0.05, 0.09)
    outline = [(0.02, -sole), (0.05, -0.15), (0.3, -height * 0.75), (0.5, -height)]
    outline += [(0.62, -height * 0.8), (0.92, -height), (0.97, -sole)]
    pieces = [Piece(round_outline(outline, 1), tone), *_sneaker_sole(sole, tone, rng)]
    for left in (0.14, 0.34, 0.52, 0.7):
        tip = (left + 0.1, -height * rng.uniform(0.5, 0.8))
        if chance(rng, 0.75):
            pieces.append(Piece([(left, -sole - 0.03), tip, (left + 0.13, -sole - 0.03)], 0))
    return pieces


def _straps(footbed: Points, height: float, *, tone: float, rng: Random) -> list[Piece]:
    """Straps across toes, instep and ankle that start at five points along the sole."""
    strap_tone = similar_tone(tone, rng, spread=0.2)
    width = rng.uniform(0.04, 0.11)
    lines = _strap_lines(footbed, height, rng=rng)
    pieces = [
        Piece(round_line(line), similar_tone(strap_tone, rng, spread=0.15), width) for line in lines
    ]
    return (
        [_vamp(footbed, height, tone=strap_tone, rng=rng), *pieces] if chance(rng, 0.5) else pieces
    )


def _strap_lines(footbed: Points, height: float, *, rng: Random) -> list[Points]:
    """Paths of the straps: over the toes, over the instep, from ball to ankle, around the heel."""
    toe, ball, arch, ankle, heel = footbed
    top = (toe[0] + ball[0]) / 2 + 0.05
    over_toes = [toe, (top, ball[1] - height * 0.75), (ball[0] + 0.1, ball[1])]
    instep = [ball, (arch[0], arch[1] - height), (ankle[0] - 0.05, ankle[1])]
    middle = interpolate(ball, ankle, at=0.5)
    to_ankle = [
        ball,
        (middle[0], middle[1] - height * 0.5),
        (ankle[0] - 0.08, ankle[1] - height * 0.9),
    ]
    options = ((over_toes, 0.75), (instep, 0.55), (to_ankle, 0.45))
    lines = [line for line, probability in options if chance(rng, probability)] or [instep]
    if chance(rng, 0.6):
        buckle = (ankle[0] - 0.1, ankle[1] - height)
        lines.append([buckle, (heel[0], heel[1] - height * 0.9), heel])
        lines.append([buckle, (ankle[0] - 0.03, ankle[1])])
    return lines


def _vamp(footbed: Points, height: float, *, tone: float, rng: Random) -> Piece:
    """A wide band across the foot behind the toes."""
    toe, ball, arch = footbed[:3]
    front, back = (
        interpolate(toe, ball, at=rng.uniform(0.2, 0.7)),
        interpolate(ball, arch, at=rng.uniform(0.5, 1)),
    )
    rise = height * rng.uniform(0.5, 0.8)
    upper = [(ball[0] - 0.02, ball[1] - rise * 0.8), (back[0] + 0.04, back[1] - rise)]
    return Piece(round_outline([front, *upper, back], 1), similar_tone(tone, rng, spread=0.15))
