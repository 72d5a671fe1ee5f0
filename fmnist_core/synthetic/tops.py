"""The cut that T-shirt, pullover, dress, coat and shirt have in common, and details added to it.

The garment's height is 1, its center is x = 0 and the top of its shoulders is y = 0.
"""

from dataclasses import dataclass
from random import Random

from fmnist_core.synthetic.shapes import (
    Piece,
    Points,
    box,
    chance,
    contrasting_tone,
    disc,
    interpolate,
    mirror,
    mirror_outline,
    round_line,
    round_outline,
    similar_tone,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Measurements of a top; widths are half widths, heights are measured from the shoulders."""

    neck: float
    depth: float  # of the neckline
    pointed: bool = False  # V-neck
    shoulder: float
    slope: float = 0.05  # distance of the shoulder's end below the neck
    chest: float
    armpit: float = 0.27
    waist: float
    waistline: float = 0.55
    hem: float
    bow: float = 0.01  # drop of the hem's middle
    reach: float = 0.0  # length of a sleeve below the shoulder; 0: no sleeves
    spread: float = 0.0  # horizontal distance of its end from the shoulder
    cuff: float = 0.09  # full width of the sleeve's end


def top(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """Assemble sleeves, body and neckline."""
    half = [
        (cut.neck, 0.0),
        (cut.shoulder, cut.slope),
        (cut.chest, cut.armpit),
        (cut.waist, cut.waistline),
        (cut.hem, 0.95 - cut.bow),
        (cut.hem, 0.99 - cut.bow),
        (cut.hem * 0.75, 1.0),
    ]
    body = Piece(round_outline(mirror_outline(half), 1), tone)
    sleeves = _sleeves(cut, tone, rng)
    return [*sleeves, body, *_armholes(cut, tone, rng), *_neckline(cut, tone, rng)]


def _sleeves(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """Both sleeves, each hanging slightly differently."""
    if cut.reach == 0:
        return []
    sleeve_tone = similar_tone(tone, rng, spread=0.07)
    if chance(rng, 0.07):
        sleeve_tone = contrasting_tone(tone, rng)
    right = _sleeve(cut, rng)
    left = mirror(_sleeve(cut, rng))
    return [Piece(right, sleeve_tone), Piece(left, similar_tone(sleeve_tone, rng, spread=0.03))]


def _armholes(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """The seams between body and sleeves as shadows, or nothing."""
    if cut.reach == 0 or chance(rng, 0.3):
        return []
    seam = [(cut.shoulder * 0.98, cut.slope + 0.03), (cut.chest * 0.97, cut.armpit * 0.7)]
    seam.append((cut.chest, cut.armpit + rng.uniform(0.02, 0.2)))
    shade = max(0.08, tone * rng.uniform(0.5, 0.9))
    return [Piece(line, shade, rng.uniform(0.008, 0.02), 0.5) for line in (seam, mirror(seam))]


def _sleeve(cut: Cut, rng: Random) -> Points:
    reach = cut.reach * rng.uniform(0.97, 1.03)
    spread = cut.spread * rng.uniform(0.85, 1.15)
    outer = (cut.shoulder + spread, cut.slope + reach)
    length = (spread**2 + reach**2) ** 0.5
    inner = (outer[0] - cut.cuff * reach / length, outer[1] + cut.cuff * spread / length)
    start = (cut.shoulder - 0.015, cut.slope - 0.01)
    middle = interpolate(start, outer, at=0.45)
    elbow = (middle[0] + 0.015 + 0.05 * reach, middle[1])
    arm = round_line([start, elbow, outer], 1)
    return [*arm, inner, (cut.chest - 0.01, cut.armpit + 0.03), (0.1, cut.armpit)]


def _neckline(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """The garment's inside as seen through the neck, the hole above it and the edge below."""
    side = cut.neck * (0.6 if cut.pointed else 0.85)
    half = [(cut.neck, 0.0), (side, cut.depth * 0.6), (cut.neck * 0.3, cut.depth)]
    if cut.pointed:
        half = [(cut.neck, 0.0), (0.01, cut.depth)]
    hole = [(cut.neck * 0.95, -0.05), (cut.neck * 0.8, cut.depth * 0.2), (0.1, cut.depth * 0.3)]
    inside = max(0.08, tone * rng.uniform(0.45, 0.9))
    edge = similar_tone(tone, rng, spread=0.2)
    brim = [
        interpolate(half[0], half[1], at=0.15),
        *half[1:],
    ]  # a stroke from the top would stick out
    line = [*mirror(brim), *reversed(brim)]
    pieces = [Piece(mirror_outline(half), inside, weave=0.3), Piece(line, edge, 0.018, 0.3)]
    return [*pieces, Piece(mirror_outline(hole), 0)]


def collar(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """A shirt collar: a wing on each side of the neck over a dark inside."""
    wing_tone = similar_tone(tone, rng, spread=0.12)
    drop = rng.uniform(0.07, 0.13)
    rise = rng.uniform(0.02, 0.05)
    neck = cut.neck
    wing = [(neck * 0.75, -rise), (neck * 1.15, 0.02), (neck * 0.95, drop), (0.01, drop * 0.75)]
    inside = Piece(
        mirror_outline([(neck * 0.75, -rise), (0.0, drop * 0.8)]), tone * 0.55, weave=0.2
    )
    edges = [Piece([w[1], w[2], w[3]], tone * 0.75, 0.009, 0) for w in (wing, mirror(wing))]
    return [inside, Piece(wing, wing_tone), Piece(mirror(wing), wing_tone), *edges]


def hood(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """A hood behind the neck, sometimes with strings."""
    neck, rise = cut.neck * 1.35, rng.uniform(0.05, 0.1)
    outline = round_outline(
        mirror_outline([(neck * 0.7, -rise), (neck, 0.0), (neck * 0.7, 0.1), (0.03, 0.17)])
    )
    opening = round_outline(
        mirror_outline([(neck * 0.5, -rise * 0.5), (neck * 0.5, 0.04), (0.01, 0.13)])
    )
    pieces = [Piece(outline, similar_tone(tone, rng)), Piece(opening, tone * 0.55, weave=0.3)]
    if chance(rng, 0.6):
        strings = [(0.035, 0.13), (0.04, rng.uniform(0.22, 0.34))]
        pieces += [
            Piece(s, contrasting_tone(tone, rng), 0.014, 0) for s in (strings, mirror(strings))
        ]
    return pieces


def front(tone: float, rng: Random, *, top_end: float, bottom_end: float = 0.98) -> list[Piece]:
    """A closed front: a line down the middle, usually with buttons."""
    line_tone = max(0.08, tone * rng.uniform(0.55, 0.95))
    width = rng.uniform(0.012, 0.03)
    line = Piece([(0.0, top_end), (0.0, bottom_end)], line_tone, width, 0.3)
    if chance(rng, 0.3):
        return [line]
    gap = rng.uniform(0.09, 0.17)
    button_tone, radius = contrasting_tone(tone, rng), rng.uniform(0.012, 0.02)
    count = int((bottom_end - top_end) / gap)
    discs = [disc(0.0, top_end + gap * (i + 0.5), radius=radius) for i in range(count)]
    return [line, *(Piece(d, button_tone, weave=0) for d in discs)]


def opening(tone: float, rng: Random, *, hem: float) -> list[Piece]:
    """An open front: the lining or the background shows between its edges."""
    gap = rng.uniform(0.02, 0.35) * hem
    lining = 0 if chance(rng, 0.25) else tone * rng.uniform(0.4, 0.8)
    wedge = [(0.015, 0.08), (gap * 0.6, 0.5), (gap, 1.02)]
    edge = similar_tone(tone, rng, spread=0.2)
    sides = [Piece(side, edge, 0.015, 0.3) for side in (wedge[:2], mirror(wedge[:2]))]
    return [
        Piece(mirror_outline([(0.01, 0.03), *wedge[:2], (gap, 0.985)]), lining, weave=0.2),
        *sides,
    ]


def lapels(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """A coat's lapels, folded back beside a V-neck."""
    depth, width = rng.uniform(0.2, 0.42), cut.neck * rng.uniform(1.1, 1.6)
    flap = [(cut.neck * 0.6, -0.02), (width, 0.06), (width * 0.95, depth * 0.5), (0.005, depth)]
    inside = Piece(mirror_outline([(cut.neck * 0.6, -0.02), (0.0, depth)]), tone * 0.45, weave=0.2)
    flap_tone = similar_tone(tone, rng, spread=0.12)
    edges = [Piece([f[1], f[2], f[3]], tone * 0.65, 0.012, 0) for f in (flap, mirror(flap))]
    return [inside, Piece(flap, flap_tone), Piece(mirror(flap), flap_tone), *edges]


def pockets(tone: float, rng: Random, *, hem: float) -> list[Piece]:
    """A pair of pockets low on the front: slanted slits or flaps."""
    top_end = rng.uniform(0.58, 0.72)
    line = [(hem * 0.75, top_end + rng.uniform(0, 0.12)), (hem * 0.45, top_end)]
    pocket_tone = max(0.08, tone * rng.uniform(0.55, 0.8))
    width = rng.choice((0.012, 0.03))
    return [Piece(points, pocket_tone, width, 0.5) for points in (line, mirror(line))]


def chest_print(tone: float, rng: Random) -> list[Piece]:
    """A picture or lines of text across the chest."""
    print_tone, top_end = contrasting_tone(tone, rng), rng.uniform(0.18, 0.32)
    half, height = rng.uniform(0.05, 0.16), rng.uniform(0.03, 0.2)
    if chance(rng, 0.3):
        picture = disc(0.0, top_end + half, radius=half)
        return [Piece(picture, print_tone), Piece(disc(0.0, top_end + half, radius=half / 2), tone)]
    if chance(rng, 0.4):
        return [Piece(box(-half, top_end, right=half, bottom=top_end + height), print_tone)]
    pieces = []
    for row in range(1 + int(height / 0.07)):
        y, left = top_end + 0.07 * row, -half
        while left < half:
            right = left + rng.uniform(0.02, 0.05)
            pieces.append(Piece(box(left, y, right=right, bottom=y + 0.04), print_tone, weave=0))
            left = right + 0.02
    return pieces


def hem_band(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """The ribbed hem of a knitted garment."""
    height = rng.uniform(0.03, 0.07)
    rib = max(0.08, tone * rng.uniform(0.75, 1.1))
    hem = cut.hem * 0.98
    seam = Piece([(-hem, 0.985 - height), (hem, 0.985 - height)], tone * 0.75, 0.012, 0)
    return [Piece(box(-hem, 0.985 - height, right=hem, bottom=1.0), rib), seam]


def creases(tone: float, rng: Random, *, hem: float) -> list[Piece]:
    """A few soft folds down the front."""
    pieces = []
    for _ in range(int(rng.uniform(0, 4))):
        left = rng.uniform(-0.8, 0.8) * hem
        line = [(left, rng.uniform(0.3, 0.6)), (left + rng.uniform(-0.05, 0.05), 0.94)]
        pieces.append(Piece(round_line(line, 0), similar_tone(tone, rng, spread=0.12), 0.02))
    return pieces
