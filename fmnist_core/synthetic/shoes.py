"""Shoes: how sandal, sneaker and ankle boot are laid together.

Each takes `rng` and the garment's tone from 0 to 1 and returns its pieces, lowest first. A shoe is
1 long and points left, its sole's underside is y = 0 and its upper end has a negative y.
"""

from random import Random

from fmnist_core.synthetic.shapes import Piece, Points, contrasting_tone, round_line, box, chance, interpolate, similar_tone, round_outline

_TURNED_RIGHT = 0.03
"""How many shoes point right; in the real set next to none do."""


def _placed(pieces: list[Piece], rng: Random) -> list[Piece]:
    """A shoe as it lies, or now and then mirrored."""
    if not chance(rng, _TURNED_RIGHT):
        return pieces
    return [Piece([(1 - x, y) for x, y in p.points], p.tone, p.width, p.weave) for p in pieces]


def sneaker(rng: Random, tone: float) -> list[Piece]:
    """A low upper on a thick pale or dark sole, with laces and a stripe."""
    high = rng.uniform(0.3, 0.42) if chance(rng, 0.82) else rng.uniform(0.45, 0.7)
    sole, toe = rng.uniform(0.06, 0.11), rng.uniform(0.12, 0.18)
    upper, tongue = _sneaker_upper(high, sole=sole, toe=toe, rng=rng)
    pieces = [Piece(upper, tone), *_trainer_sole(sole, tone, rng)]
    if chance(rng, 0.8):
        pieces += _laces((0.3, -toe - 0.07), tongue, tone=tone, rng=rng)
    if chance(rng, 0.6):
        pieces += _side_stripes(high, tone, rng)
    if chance(rng, 0.5):
        cap = [(0.02, -sole * 0.6), (0.05, -toe), (0.18, -toe - 0.03), (0.24, -sole * 0.6)]
        pieces.append(Piece(cap, similar_tone(tone, rng, spread=0.2)))
    if chance(rng, 0.5):
        heel = [(0.82, -sole), (0.86, -high * 0.75), (0.95, -high * 0.85), (0.97, -sole)]
        pieces.append(Piece(heel, similar_tone(tone, rng, spread=0.25)))
    return _placed(pieces, rng)


def _sneaker_upper(
    high: float, *, sole: float, toe: float, rng: Random
) -> tuple[Points, tuple[float, float]]:
    """Its outline and the upper end of its tongue."""
    mouth = rng.uniform(0.56, 0.66)
    tongue = (mouth - 0.06, -high - rng.uniform(-0.01, 0.05))
    outline = [(0.01, -sole * 0.6), (0.03, -toe), (0.2, -toe - 0.05), (0.36, -toe - 0.11)]
    outline += [tongue, (mouth, -high * 0.95), (mouth + 0.08, -high * 0.78)]
    outline += [(0.86, -high * 0.82), (0.96, -high), (0.985, -high * 0.6), (0.97, -sole * 0.5)]
    return round_outline(outline, 1), tongue


def _trainer_sole(sole: float, tone: float, rng: Random) -> list[Piece]:
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


def _side_stripes(high: float, tone: float, rng: Random) -> list[Piece]:
    """A maker's stripes: one sweep, or up to three slanting bars."""
    ink, low = contrasting_tone(tone, rng), -0.12
    if chance(rng, 0.4):
        sweep = round_line([(0.35, -high * 0.35), (0.5, low + 0.01), (0.9, -high * 0.75)])
        return [Piece(sweep, ink, rng.uniform(0.02, 0.05), 0)]
    bars = [[(x, low), (x + 0.1, -high * 0.65)] for x in (0.42, 0.52, 0.62)]
    return [Piece(bar, ink, 0.03, 0) for bar in bars[: int(rng.uniform(1, 4))]]


def ankle_boot(rng: Random, tone: float) -> list[Piece]:
    """A shaft above the ankle on a flat, blocky or high heel."""
    heel = rng.choices((0.05, 0.13, 0.3), weights=(5, 5, 1.6))[0] * rng.uniform(0.8, 1.2)
    high = heel * 0.6 + rng.uniform(0.5, 0.78)
    shaft, rise = rng.uniform(0.42, 0.58), heel * 0.75
    sporty = heel < 0.08 and chance(rng, 0.3)  # easily taken for a high sneaker
    sole = _trainer_sole(0.1, tone, rng) if sporty else _boot_sole(heel, rise, rng=rng)
    pieces = [Piece(_boot_upper(shaft, high, rise=rise, rng=rng), tone), *sole]
    detail = rng.choices((_gore, _boot_laces, _zip, None), weights=(3, 3, 1.5, 1.5))[0]
    if detail:
        pieces += detail(shaft, high, tone=tone, rng=rng)
    if chance(rng, 0.3):
        cuff = box(shaft - 0.03, -high, right=0.945, bottom=-high + rng.uniform(0.06, 0.14))
        pieces.append(Piece(cuff, similar_tone(tone, rng, spread=0.3)))
    return _placed(pieces, rng)


def _boot_upper(shaft: float, high: float, *, rise: float, rng: Random) -> Points:
    outline = [(0.01, -0.04), (0.03, -0.15), (0.22, -0.23 - 0.2 * rise)]
    outline += [(shaft - 0.06, -0.36 - 0.5 * rise), (shaft, -0.5 - 0.4 * rise)]
    outline += [(shaft + rng.uniform(-0.05, 0.02), -high), (0.93, -high + rng.uniform(-0.03, 0.03))]
    outline += [(0.95, -0.4 - rise), (0.98, -0.2 - rise), (0.94, -0.03 - rise)]
    return round_outline([*outline, (0.62, -0.03 - rise * 0.8), (0.4, -0.03)], 1)


def _boot_sole(heel: float, rise: float, *, rng: Random) -> list[Piece]:
    sole_tone = rng.uniform(0.12, 0.5) if chance(rng, 0.6) else rng.uniform(0.5, 0.95)
    thin = rng.uniform(0.025, 0.06)
    front = rng.uniform(0.66, 0.76) if heel < 0.2 else rng.uniform(0.82, 0.88)
    line = [(0.0, -thin / 2), (0.42, -thin / 2), (0.64, -rise * 0.8), (0.97, -rise - 0.02)]
    block = [(front, -rise * 0.9), (0.97, -rise - 0.03), (0.96, 0.0), (front + 0.03, 0.0)]
    sole = Piece(line, sole_tone, thin, 0)
    return [sole, Piece(block, sole_tone, weave=0)]


def _gore(shaft: float, high: float, *, tone: float, rng: Random) -> list[Piece]:
    """A Chelsea boot's elastic side."""
    middle = (shaft + 0.95) / 2
    wedge = [(middle - 0.09, -high + 0.01), (middle + 0.09, -high + 0.01), (middle + 0.03, -0.34)]
    return [
        Piece(
            round_outline([*wedge, (middle - 0.03, -0.34)], 1),
            max(0.1, tone * rng.uniform(0.5, 0.7)),
            weave=0.4,
        )
    ]


def _boot_laces(shaft: float, high: float, *, tone: float, rng: Random) -> list[Piece]:
    return _laces((shaft - 0.14, -0.36), (shaft - 0.04, -high + 0.05), tone=tone, rng=rng)


def _zip(shaft: float, high: float, *, tone: float, rng: Random) -> list[Piece]:
    x = rng.uniform(shaft + 0.12, 0.85)
    return [Piece([(x, -high), (x - 0.04, -0.15)], contrasting_tone(tone, rng), 0.018, 0)]


def sandal(rng: Random, tone: float) -> list[Piece]:
    """Straps over a bare sole: flat, on a wedge, or on a high heel."""
    styles = (_flat_sandal, _wedge_sandal, _heeled_sandal, _closed_sandal)
    style = rng.choices(styles, weights=(5, 2, 3, 1))[0]
    return _placed(style(rng, tone), rng)


def _flat_sandal(rng: Random, tone: float) -> list[Piece]:
    thick = rng.uniform(0.04, 0.1)
    sole = Piece(round_line([(0.0, -0.04), (0.15, -0.02), (0.6, -0.05), (1.0, -0.06)], 1), tone, thick)
    ground: Points = [(0.06, -0.05), (0.28, -0.05), (0.5, -0.06), (0.72, -0.07), (0.95, -0.07)]
    return [sole, *_straps(ground, rng.uniform(0.2, 0.36), tone=tone, rng=rng)]


def _wedge_sandal(rng: Random, tone: float) -> list[Piece]:
    high = rng.uniform(0.12, 0.3)
    wedge = [
        (0.0, -0.05),
        (0.35, -0.07),
        (0.65, -high * 0.8),
        (0.98, -high),
        (0.95, 0.0),
        (0.05, 0.0),
    ]
    ground: Points = [(0.06, -0.06), (0.3, -0.07), (0.5, -high * 0.5), (0.75, -high * 0.9)]
    straps = _straps([*ground, (0.93, -high)], rng.uniform(0.24, 0.4), tone=tone, rng=rng)
    return [*straps, Piece(round_outline(wedge, 1), similar_tone(tone, rng, spread=0.3))]


def _heeled_sandal(rng: Random, tone: float) -> list[Piece]:
    high = rng.uniform(0.34, 0.58)
    arch = [(0.0, -0.02), (0.24, -0.02), (0.5, -high * 0.45), (0.75, -high * 0.92), (0.96, -high)]
    ground: Points = [(0.06, -0.03), (0.26, -0.04), arch[2], arch[3], (0.93, -high)]
    heel = [(0.82, -high), (0.97, -high), (0.95, -high * 0.7), (0.93, 0.0), (0.89, 0.0)]
    straps = _straps(ground, rng.uniform(0.22, 0.36), tone=tone, rng=rng)
    heel_tone = similar_tone(tone, rng, spread=0.2)
    sole = Piece(round_line(arch, 1), tone, rng.uniform(0.03, 0.055), 0.3)
    return [Piece(heel, heel_tone, weave=0.2), sole, *straps]


def _closed_sandal(rng: Random, tone: float) -> list[Piece]:
    """A sneaker's outline with openings cut into its side: easily taken for one."""
    high, sole = rng.uniform(0.26, 0.4), rng.uniform(0.05, 0.09)
    outline = [(0.02, -sole), (0.05, -0.15), (0.3, -high * 0.75), (0.5, -high)]
    outline += [(0.62, -high * 0.8), (0.92, -high), (0.97, -sole)]
    pieces = [Piece(round_outline(outline, 1), tone), *_trainer_sole(sole, tone, rng)]
    for left in (0.14, 0.34, 0.52, 0.7):
        tip = (left + 0.1, -high * rng.uniform(0.5, 0.8))
        if chance(rng, 0.75):
            pieces.append(Piece([(left, -sole - 0.03), tip, (left + 0.13, -sole - 0.03)], 0))
    return pieces


def _straps(ground: Points, high: float, *, tone: float, rng: Random) -> list[Piece]:
    """Straps that rise from five places along the sole: across the toes, instep and ankle."""
    strap_tone = similar_tone(tone, rng, spread=0.2)
    width = rng.uniform(0.04, 0.11)
    lines = _strap_lines(ground, high, rng=rng)
    pieces = [Piece(round_line(line), similar_tone(strap_tone, rng, spread=0.15), width) for line in lines]
    return [_vamp(ground, high, tone=strap_tone, rng=rng), *pieces] if chance(rng, 0.5) else pieces


def _strap_lines(ground: Points, high: float, *, rng: Random) -> list[Points]:
    """Where straps run: over the toes, the instep, from the ball to the ankle, round the heel."""
    toe, ball, arch, ankle, heel = ground
    top = (toe[0] + ball[0]) / 2 + 0.05
    over_toes = [toe, (top, ball[1] - high * 0.75), (ball[0] + 0.1, ball[1])]
    instep = [ball, (arch[0], arch[1] - high), (ankle[0] - 0.05, ankle[1])]
    middle = interpolate(ball, ankle, at=0.5)
    to_ankle = [ball, (middle[0], middle[1] - high * 0.5), (ankle[0] - 0.08, ankle[1] - high * 0.9)]
    worn = ((over_toes, 0.75), (instep, 0.55), (to_ankle, 0.45))
    lines = [line for line, often in worn if chance(rng, often)] or [instep]
    if chance(rng, 0.6):
        buckle = (ankle[0] - 0.1, ankle[1] - high)
        lines.append([buckle, (heel[0], heel[1] - high * 0.9), heel])
        lines.append([buckle, (ankle[0] - 0.03, ankle[1])])
    return lines


def _vamp(ground: Points, high: float, *, tone: float, rng: Random) -> Piece:
    """A wide band that covers the foot behind the toes."""
    toe, ball, arch = ground[:3]
    front, back = interpolate(toe, ball, at=rng.uniform(0.2, 0.7)), interpolate(ball, arch, at=rng.uniform(0.5, 1))
    rise = high * rng.uniform(0.5, 0.8)
    upper = [(ball[0] - 0.02, ball[1] - rise * 0.8), (back[0] + 0.04, back[1] - rise)]
    return Piece(round_outline([front, *upper, back], 1), similar_tone(tone, rng, spread=0.15))
