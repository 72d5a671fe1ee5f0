"""What the measurements of a heatmap say together, in a sentence for a class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fmnist_core.analysis.faithfulness import Faithfulness

SAME, CHANGED = 0.8, 0.5
"""Rank correlation with the map of random weights, of either sign: from the first on the picture
makes the map and not what was learned, below the second it is another map.
"""
AREA_MARGIN = 0.05
"""By which an area has to beat the random one, whose standard error is 0.02 (CNN) to 0.03 (MLP)."""
ROAD_MARGIN = 0.1
"""Of confidence, by which removing what is marked has to cost more than removing the rest. With
both margins 1 of 30 random blobs passes for faithful (CNN, MLP: `bench trust`).
"""
LEAST_SPAN = 0.1
"""Of confidence over all curves; with less, it is always the class or never, whatever is removed,
and they show nothing.
"""
TOO_LITTLE = (
    "Doubtful here: the model's confidence is nearly the same whatever is removed, which cannot "
    "show whether the map is right. Ask about the class it answers."
)
Level = Literal["faithful", "doubtful", "not faithful"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the measurements say together."""

    level: Level
    sentence: str
    """With the figures."""


def verdict(measured: "Faithfulness") -> Verdict:
    """Faithful where nothing speaks against the map; not so where random weights give the same
    one, or where it marks nothing that counts more than the rest, by all three ways to remove it.
    """
    removals = (_removed(measured), _gone(measured), _come(measured))
    weights = _weights(measured)
    findings = (*removals, weights)
    for_it, against = (
        "; ".join(words for good, words in findings if good is wanted) for wanted in (True, False)
    )
    if abs(measured.similarity or 0) >= SAME:
        return Verdict(level="not faithful", sentence=f"Not faithful here: {weights[1]}.")
    if measured.span < LEAST_SPAN:
        return Verdict(level="doubtful", sentence=TOO_LITTLE)
    if not any(good for good, _ in removals):
        return Verdict(level="not faithful", sentence=f"Not faithful here: {against}.")
    if against:
        words = f"Doubtful here. For the map: {for_it}. Against it: {against}."
        return Verdict(level="doubtful", sentence=words)
    return Verdict(level="faithful", sentence=f"Faithful here: {for_it}.")


def _removed(measured: "Faithfulness") -> tuple[bool, str]:
    """Whether it speaks for the map, and what it says; so do the next three."""
    most, least = measured.road_most, measured.road_least
    if most < least - ROAD_MARGIN:
        return True, f"removing what it marks {_cost(most)}, removing the rest {_cost(least)}"
    return False, (
        f"removing what it marks {_cost(most)}, not much more than the rest, which {_cost(least)}"
    )


def _gone(measured: "Faithfulness") -> tuple[bool, str]:
    area, at_random = measured.deletion_area, measured.random_deletion_area
    good = area < at_random - AREA_MARGIN
    return good, (
        f"confidence falls {_sooner(good)} than in random order when the marked pixels turn black "
        f"first (mean {_percent(area)}, random {_percent(at_random)})"
    )


def _come(measured: "Faithfulness") -> tuple[bool, str]:
    area, at_random = measured.insertion_area, measured.random_insertion_area
    good = area > at_random + AREA_MARGIN
    return good, (
        f"it rises {_sooner(good)} when they come first (mean {_percent(area)}, random "
        f"{_percent(at_random)})"
    )


def _weights(measured: "Faithfulness") -> tuple[bool, str]:
    alike = measured.similarity
    if alike is None:
        return True, "random weights give no map at all"
    figure = f"(rank correlation {alike:.2f})"
    if abs(alike) < CHANGED:
        return True, f"random weights give another map {figure}"
    if abs(alike) < SAME:
        return False, f"random weights give a similar map {figure}"
    return False, (
        f"random weights give nearly the same map {figure}: it shows the picture, not what the "
        "model learned"
    )


def _sooner(good: bool) -> str:
    return "sooner" if good else "no sooner"


def _cost(change: float) -> str:
    points = round(100 * abs(change))
    if not points:
        return "costs no confidence"
    return f"{'costs' if change < 0 else 'adds'} {points} point{'' if points == 1 else 's'}"


def _percent(confidence: float) -> str:
    return f"{100 * confidence:.0f}%"
