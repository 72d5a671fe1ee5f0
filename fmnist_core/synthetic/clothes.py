"""Assemble T-shirts, trousers, pullovers, dresses, coats and shirts from pieces.

Each function takes `rng` and the garment's tone from 0 to 1 and returns its pieces, bottom layer
first. Some garments of each class resemble another class, as in the real data set, of which people
classify 83.5% correctly (arXiv:1708.07747).
"""

from random import Random

from fmnist_core.synthetic import tops
from fmnist_core.synthetic.shapes import (
    Piece,
    Points,
    chance,
    contrasting_tone,
    disc,
    mirror,
    mirror_outline,
    round_outline,
    similar_tone,
)
from fmnist_core.synthetic.tops import Cut


def _short_sleeves(rng: Random) -> dict[str, float]:
    reach = rng.uniform(0.17, 0.32)
    return {
        "reach": reach,
        "spread": reach * rng.uniform(0.35, 0.7),
        "cuff": rng.uniform(0.1, 0.14),
    }


def _long_sleeves(rng: Random) -> dict[str, float]:
    rolled_up = chance(rng, 0.12)
    reach = rng.uniform(0.45, 0.7) if rolled_up else rng.uniform(0.78, 0.93)
    return {"reach": reach, "spread": rng.uniform(0.09, 0.19), "cuff": rng.uniform(0.07, 0.105)}


def _trunk(rng: Random, *, width: float) -> dict[str, float]:
    """Measurements of a torso of about this half width."""
    chest = width * rng.uniform(0.88, 1.12)
    return {
        "shoulder": chest * rng.uniform(0.96, 1.12),
        "slope": rng.uniform(0.03, 0.08),
        "chest": chest,
        "armpit": rng.uniform(0.24, 0.31),
        "waist": chest * rng.uniform(0.84, 1.0),
        "hem": chest * rng.uniform(0.9, 1.1),
        "bow": rng.uniform(0, 0.03),
    }


def t_shirt(rng: Random, tone: float) -> list[Piece]:
    """Short sleeves or none, an open neck, often a print, occasionally a collar."""
    sleeves = _short_sleeves(rng) if chance(rng, 0.86) else {}
    if chance(rng, 0.05):
        sleeves = _long_sleeves(rng)
    neckline = {"neck": rng.uniform(0.08, 0.15), "depth": rng.uniform(0.04, 0.14)}
    cut = Cut(**_trunk(rng, width=0.265), **neckline, **sleeves, pointed=chance(rng, 0.2))
    pieces = tops.top(cut, tone, rng)
    if chance(rng, 0.4):
        pieces += tops.chest_print(tone, rng)
    if chance(rng, 0.08):
        pieces += tops.collar(cut, tone, rng)
    return pieces + tops.creases(tone, rng, hem=cut.hem)


def pullover(rng: Random, tone: float) -> list[Piece]:
    """Long sleeves, a closed front, a ribbed hem; a round, high or V-neck, or a hood."""
    neckline = {"neck": rng.uniform(0.07, 0.13), "depth": rng.uniform(0.02, 0.1)}
    if chance(rng, 0.15):
        neckline["depth"] = rng.uniform(0.15, 0.3)
    pointed = neckline["depth"] > 0.14
    cut = Cut(**_trunk(rng, width=0.245), **neckline, **_long_sleeves(rng), pointed=pointed)
    pieces = tops.top(cut, tone, rng)
    if chance(rng, 0.55):
        pieces += tops.hem_band(cut, tone, rng)
    if chance(rng, 0.25):
        pieces += tops.chest_print(tone, rng)
    if chance(rng, 0.14):
        pieces += tops.hood(cut, tone, rng)
    if chance(rng, 0.05):
        pieces += tops.front(tone, rng, top_end=cut.depth)
    return pieces + tops.creases(tone, rng, hem=cut.hem)


def coat(rng: Random, tone: float) -> list[Piece]:
    """Long sleeves and an opening front, with lapels, collar or hood, and pockets."""
    neckline = {"neck": rng.uniform(0.07, 0.12), "depth": rng.uniform(0.03, 0.08)}
    cut = Cut(**_trunk(rng, width=0.24), **neckline, **_long_sleeves(rng), pointed=False)
    pieces = tops.top(cut, tone, rng)
    style = rng.random()
    if style < 0.3:
        pieces += tops.opening(tone, rng, hem=cut.hem)
    elif style < 0.9:
        pieces += tops.front(tone, rng, top_end=rng.uniform(0.08, 0.3))
    neck = rng.choices((tops.lapels, tops.collar, tops.hood, None), weights=(3, 3, 1.5, 2))[0]
    if neck:
        pieces += neck(cut, tone, rng)
    if chance(rng, 0.6):
        pieces += tops.pockets(tone, rng, hem=cut.hem)
    return pieces


def shirt(rng: Random, tone: float) -> list[Piece]:
    """Long or short sleeves, collar and buttons; or a blouse without collar and buttons."""
    sleeves = _short_sleeves(rng) if chance(rng, 0.35) else _long_sleeves(rng)
    if chance(rng, 0.05):
        sleeves = {}
    neckline = {"neck": rng.uniform(0.07, 0.12), "depth": rng.uniform(0.04, 0.12)}
    blouse = chance(rng, 0.15)
    cut = Cut(**_trunk(rng, width=0.245), **neckline, **sleeves, pointed=chance(rng, 0.4))
    pieces = tops.top(cut, tone, rng)
    if not blouse:
        end = 0.98 if chance(rng, 0.85) else 0.4
        pieces += tops.front(tone, rng, top_end=0.08, bottom_end=end)
        pieces += tops.collar(cut, tone, rng)
    if chance(rng, 0.25):
        spot = disc(rng.uniform(0.09, 0.14), 0.32, radius=0.035)
        pieces.append(Piece(spot, similar_tone(tone, rng, spread=0.15)))
    return pieces + tops.creases(tone, rng, hem=cut.hem)


def dress(rng: Random, tone: float) -> list[Piece]:
    """A long garment with a narrow top and a straight or wide skirt."""
    chest = rng.uniform(0.12, 0.19)
    sleeves = rng.choices(({}, _short_sleeves(rng), _long_sleeves(rng)), weights=(5, 3, 2.5))[0]
    if sleeves:
        narrower = {"cuff": rng.uniform(0.06, 0.09), "spread": sleeves["spread"] * 0.75}
        sleeves = sleeves | narrower | {"reach": sleeves["reach"] * 0.72}
    cut = Cut(
        neck=chest * rng.uniform(0.45, 0.8),
        depth=rng.uniform(0.03, 0.14),
        pointed=chance(rng, 0.3),
        shoulder=chest * rng.uniform(0.8 if not sleeves else 0.95, 1.05),
        slope=rng.uniform(0.0, 0.04),
        chest=chest,
        armpit=rng.uniform(0.16, 0.22),
        waist=chest * rng.uniform(0.75, 1.0),
        waistline=rng.uniform(0.34, 0.46),
        hem=chest * rng.uniform(0.95, 2.1),
        **sleeves,
    )
    return tops.top(cut, tone, rng) + _skirt(cut, tone, rng)


def _skirt(cut: Cut, tone: float, rng: Random) -> list[Piece]:
    """Details of a dress from the waist down: a belt or seam, and pleats."""
    pieces = []
    if chance(rng, 0.5):
        ends = [(-cut.waist, cut.waistline), (cut.waist, cut.waistline)]
        belt = contrasting_tone(tone, rng) if chance(rng, 0.3) else max(0.08, tone * 0.75)
        pieces.append(Piece(ends, belt, rng.uniform(0.012, 0.035), 0.2))
    for _ in range(int(rng.uniform(0, 6))):
        side = rng.uniform(-0.9, 0.9)
        line = [(side * cut.waist, cut.waistline + 0.03), (side * cut.hem, 0.97)]
        pieces.append(Piece(line, similar_tone(tone, rng, spread=0.15), 0.015))
    return pieces


def trouser(rng: Random, tone: float) -> list[Piece]:
    """Two legs below a waistband, straight, slim or wide, sometimes faded along the middle."""
    waist, hip = rng.uniform(0.12, 0.17), rng.uniform(0.15, 0.195)
    crotch, stance = rng.uniform(0.27, 0.36), rng.uniform(0.11, 0.19)
    foot = rng.uniform(0.07, 0.12) if chance(rng, 0.85) else rng.uniform(0.12, 0.16)
    pieces = []
    for orient in (list, mirror):
        leg, fade = _leg(waist, hip, crotch=crotch, stance=stance, foot=foot, rng=rng)
        pieces.append(Piece(orient(leg), similar_tone(tone, rng, spread=0.04)))
        if chance(rng, 0.35):
            pieces.append(Piece(orient(fade), similar_tone(tone + 0.04, rng, spread=0.06), 0.05))
    return pieces + _waistband(waist, tone, rng)


def _leg(
    waist: float, hip: float, *, crotch: float, stance: float, foot: float, rng: Random
) -> tuple[Points, Points]:
    """Outline of the right leg, and the line along which it may be faded."""
    ankle = stance * rng.uniform(0.9, 1.15)
    length = rng.uniform(0.96, 1.0)
    inner = max(0.008, ankle - foot / 2)
    outer = max(ankle + foot / 2, hip * 0.8)
    leg = [(waist, 0.0), (hip, 0.18), ((hip + outer) / 2, 0.6), (outer, length), (inner, length)]
    leg += [(inner * 0.6 + 0.005, 0.62), (0.005, crotch), (-0.005, 0.0)]
    return leg, [(hip * 0.55, 0.3), (ankle, 0.62), (ankle, 0.85)]


def _waistband(waist: float, tone: float, rng: Random) -> list[Piece]:
    dark, height = max(0.08, tone * rng.uniform(0.6, 0.95)), rng.uniform(0.03, 0.05)
    pocket = [(waist * 0.95, 0.11), (waist * 0.55, height)]
    band = round_outline(mirror_outline([(waist, 0.0), (waist * 1.04, height)]), 0)
    pieces = [Piece(band, similar_tone(tone, rng, spread=0.15))]
    if chance(rng, 0.7):
        pieces += [Piece(line, dark, 0.012, 0.3) for line in (pocket, mirror(pocket))]
        pieces.append(Piece([(0.0, height), (0.005, 0.2)], dark, 0.014, 0.3))
    return pieces
