"""Where in the picture the weight of a heatmap lies, as numbers and as a sentence."""

from dataclasses import dataclass

import numpy as np

from fmnist_core.attribution.methods import MethodKind

DARK = 25
"""Pixels up to this brightness, of 255, are background."""
MIN_GARMENT, MAX_GARMENT = 0.02, 0.95
"""Fractions of the picture: with less or more, garment and background cannot be told apart."""
NEARLY_ALL, MOST, LITTLE = 0.9, 0.65, 0.35
"""Fractions of the weight on the garment from which on, or up to which, the sentence says so."""
MAJORITY = 0.5
"""Fraction of the weight that a third of the garment holds if the sentence names that third."""
CHANCE_MARGIN = 0.1
"""Fraction of the weight by which the garment's share must exceed its size."""
ROWS, COLUMNS = ("top", "middle", "bottom"), ("left", "center", "right")
Thirds = tuple[str | None, str | None]
"""The third of the rows and that of the columns with most of the weight; `None` if it is spread."""
REGION_NAMES: dict[Thirds, str] = {
    ("top", "left"): "upper left",
    ("top", "center"): "upper middle",
    ("top", "right"): "upper right",
    ("top", None): "upper part",
    ("middle", "left"): "left side, halfway down",
    ("middle", "center"): "middle",
    ("middle", "right"): "right side, halfway down",
    ("middle", None): "middle, from side to side",
    ("bottom", "left"): "lower left",
    ("bottom", "center"): "lower middle",
    ("bottom", "right"): "lower right",
    ("bottom", None): "lower part",
    (None, "left"): "left side",
    (None, "center"): "middle, from top to bottom",
    (None, "right"): "right side",
}
NOUNS: dict[MethodKind, str] = {
    "activation": "activity",
    "guided": "sensitivity",
    "input gradient": "sensitivity",
}
"""What a method's heatmap shows, if not evidence for the class."""
EMPTY_COUNTS = {
    "evidence": "that nothing is there is evidence too",
    "activity": "the layer responds to emptiness too",
    "sensitivity": "the answer would change if something were there",
}


@dataclass(frozen=True, kw_only=True)
class HeatLocation:
    """Where the weight of a heatmap lies."""

    garment_share: float | None
    """Fraction of the weight on the garment; `None` if it cannot be told from the background."""
    garment_area: float
    """Fraction of the picture that the garment covers."""
    garment: Thirds
    """Thirds of the garment's bounding box; without a garment, of the picture."""
    background: Thirds
    """Thirds of the picture, for the weight on the background."""


def find_garment(image: np.ndarray) -> np.ndarray:
    """Find the garment's pixels in an image uint8 [28, 28]: bool [28, 28].

    Dark gaps of a pixel are closed. It grows by one pixel, since a coarse heatmap spills over
    edges: only weight clearly outside then counts as weight on the background.
    """
    import cv2

    square = np.ones((3, 3), dtype=np.uint8)
    bright = (image > DARK).astype(np.uint8)
    closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, square)
    garment: np.ndarray = cv2.dilate(closed, square).astype(bool)
    return garment


def locate(weights: np.ndarray, image: np.ndarray) -> HeatLocation:
    """Locate weights float [28, 28], not all zero, in the image uint8 [28, 28] they explain."""
    garment = find_garment(image)
    area = float(garment.mean())
    if not MIN_GARMENT <= area <= MAX_GARMENT:
        thirds = _find_thirds(weights)
        return HeatLocation(
            garment_share=None, garment_area=area, garment=thirds, background=thirds
        )
    rows, columns = np.nonzero(garment)
    box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    return HeatLocation(
        garment_share=float(weights[garment].sum() / weights.sum()),
        garment_area=area,
        garment=_find_thirds(np.where(garment, weights, 0)[box]),
        background=_find_thirds(np.where(garment, 0, weights)),
    )


def _find_thirds(weights: np.ndarray) -> Thirds:
    total = float(weights.sum())
    if not total:
        return None, None
    return _find_third(weights.sum(axis=1), ROWS), _find_third(weights.sum(axis=0), COLUMNS)


def _find_third(weights: np.ndarray, names: tuple[str, ...]) -> str | None:
    sums = np.array([part.sum() for part in np.array_split(weights, 3)])
    largest = int(sums.argmax())
    return names[largest] if sums[largest] > MAJORITY * sums.sum() else None


def describe(location: HeatLocation, kind: MethodKind) -> str:
    """Say in one or two sentences where the weight lies, for a method of this kind."""
    noun = NOUNS.get(kind, "evidence")
    share = location.garment_share
    if share is None:
        return f"The {noun} lies {_in_picture(location.garment)}."
    on_garment, on_background = f"{share:.0%}", f"{1 - share:.0%}"
    emptiness = EMPTY_COUNTS[noun]
    if share >= MOST:
        amount = "Nearly all" if share >= NEARLY_ALL else "Most"
        sentence = f"{amount} of the {noun} ({on_garment}) lies on the garment{_on_it(location)}"
        if share < location.garment_area + CHANCE_MARGIN:
            sentence += (
                f". That is no surprise: it covers {location.garment_area:.0%} of the picture"
            )
        return f"{sentence}."
    if share <= LITTLE:
        return (
            f"Most of the {noun} ({on_background}) lies on the empty background, "
            f"{_in_picture(location.background)}: {emptiness}."
        )
    return (
        f"{on_garment} of the {noun} lies on the garment{_on_it(location)}. The other "
        f"{on_background} lies on the empty background: {emptiness}."
    )


def _on_it(location: HeatLocation) -> str:
    name = REGION_NAMES.get(location.garment)
    return f", mainly on its {name}" if name else ", spread all over it"


def _in_picture(thirds: Thirds) -> str:
    name = REGION_NAMES.get(thirds)
    if name is None:
        return "all over the picture"
    place, *addition = name.split(", ")
    preposition = "on" if place.endswith("side") else "in"
    return ", ".join([f"mainly {preposition} the {place} of the picture", *addition])
