"""What the measurements of a heatmap say together, in sentences for a class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness

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
MIN_SPAN = 0.1
"""Of confidence over all curves; with less, it is always the class or never, whatever is removed,
and they show nothing.
"""
TOO_LITTLE = (
    "Doubtful here: the confidence hardly moves whatever is removed, so that nothing can be told "
    "from it. Try another picture or another class."
)
NO_MORE = (
    "Not faithful here: removing what it marks costs hardly more than removing anything else, by "
    "all three ways to remove it."
)
THE_PICTURE = (
    "Not faithful here: random weights give nearly the same map. It shows the picture, not what "
    "the model learned."
)
Level = Literal["faithful", "doubtful", "not faithful"]


@dataclass(frozen=True, kw_only=True)
class FaithfulnessCheck:
    """One measurement, and whether it speaks for the map."""

    passed: bool
    words: str
    """A sentence with its figures."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the measurements say together."""

    level: Level
    sentence: str
    checks: tuple[FaithfulnessCheck, ...]


def judge(measured: "Faithfulness") -> Verdict:
    """Faithful where nothing speaks against the map; not so where random weights give the same
    one, or where it marks nothing that counts more than the rest, by all three ways to remove it.
    """
    removals = (_removed(measured), _gone(measured), _come(measured))
    checks = (*removals, _weights(measured))
    level, sentence = _level(measured, checks)
    return Verdict(level=level, sentence=sentence, checks=checks)


def _level(measured: "Faithfulness", checks: tuple[FaithfulnessCheck, ...]) -> tuple[Level, str]:
    if abs(measured.similarity or 0) >= SAME:
        return "not faithful", THE_PICTURE
    if measured.span < MIN_SPAN:
        return "doubtful", TOO_LITTLE
    if not any(check.passed for check in checks[:-1]):
        return "not faithful", NO_MORE
    failed = sum(not check.passed for check in checks)
    if failed:
        speak = "checks speaks" if failed == 1 else "checks speak"
        return "doubtful", f"Doubtful here: {failed} of {len(checks)} {speak} against the map."
    return "faithful", (
        f"Faithful here: removing what it marks {_cost(measured.road_most)} of confidence, "
        f"removing the rest {_cost(measured.road_least)}, and random weights give another map."
    )


def _removed(measured: "Faithfulness") -> FaithfulnessCheck:
    most, least = measured.road_most, measured.road_least
    passed = most < least - ROAD_MARGIN
    words = f"Removing what it marks {_cost(most)} of confidence, removing the rest {_cost(least)}"
    return FaithfulnessCheck(
        passed=passed, words=words + ("." if passed else ": no clear difference.")
    )


def _gone(measured: "Faithfulness") -> FaithfulnessCheck:
    area, at_random = measured.deletion_area, measured.random_deletion_area
    passed = area < at_random - AREA_MARGIN
    return FaithfulnessCheck(
        passed=passed,
        words=f"Marked pixels turned black first: confidence falls {_sooner(passed)} than at "
        f"random (mean {_percent(area)}, at random {_percent(at_random)}).",
    )


def _come(measured: "Faithfulness") -> FaithfulnessCheck:
    area, at_random = measured.insertion_area, measured.random_insertion_area
    passed = area > at_random + AREA_MARGIN
    return FaithfulnessCheck(
        passed=passed,
        words=f"Marked pixels shown first: confidence rises {_sooner(passed)} than at random "
        f"(mean {_percent(area)}, at random {_percent(at_random)}).",
    )


def _weights(measured: "Faithfulness") -> FaithfulnessCheck:
    alike = measured.similarity
    if alike is None:
        return FaithfulnessCheck(passed=True, words="Random weights give no map at all.")
    kind = "another" if abs(alike) < CHANGED else "a similar" if abs(alike) < SAME else "the same"
    turned = ", bright and dark exchanged" if alike <= -CHANGED else ""
    return FaithfulnessCheck(
        passed=abs(alike) < CHANGED,
        words=f"Random weights give {kind} map{turned} (rank correlation {alike:.2f}; 1 is the "
        "same order of pixels, 0 no relation).",
    )


def _sooner(passed: bool) -> str:
    return "sooner" if passed else "not clearly sooner"


def _cost(change: float) -> str:
    points = round(100 * abs(change))
    return f"{'adds' if change > 0 and points else 'costs'} {points} point" + "s" * (points != 1)


def _percent(confidence: float) -> str:
    return f"{100 * confidence:.0f}%"
