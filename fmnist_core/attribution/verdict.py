"""Interpret the faithfulness measurements of a heatmap, in sentences for students."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness

SAME, DIFFERENT = 0.8, 0.5
"""Absolute rank correlation with the heatmap of random weights: from `SAME` on, the heatmap depends
on the image and not on what was learned; below `DIFFERENT` it is a different heatmap.
"""
AREA_MARGIN = 0.05
"""Margin by which an area has to beat the random baseline, whose standard error is 0.02 (CNN) to
0.03 (MLP).
"""
ROAD_MARGIN = 0.1
"""Margin of confidence by which removing the highlighted pixels has to cost more than removing
others. With both margins 1 of 30 random blobs passes as faithful (CNN, MLP: `bench trust`).
"""
MIN_RANGE = 0.1
"""Range of confidence over all curves. With less, the model predicts the class always or never,
whatever is removed, and the curves show nothing.
"""
YES = "Yes, this heatmap shows what the model used."
BE_CAREFUL = "Be careful: this heatmap is only partly right."
CANNOT_TELL = "Can't tell from this picture."
NO = "No, don't trust this heatmap."
INCONCLUSIVE = (
    "The confidence hardly changes whatever is hidden. Try another picture or another class."
)
NO_BETTER = (
    "Hiding the highlighted pixels lowers the confidence little more than hiding random ones, by "
    "all three measurements."
)
IMAGE_ONLY = (
    "An untrained network gives nearly the same heatmap. It shows the picture, not what the model "
    "learned."
)
Level = Literal["faithful", "doubtful", "not faithful"]


@dataclass(frozen=True, kw_only=True)
class FaithfulnessCheck:
    """One measurement, and whether the heatmap passed."""

    passed: bool
    text: str
    """A sentence with the numbers."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All checks, and their summary."""

    level: Level
    headline: str
    """The verdict in a few plain words."""
    sentence: str
    """Why."""
    checks: tuple[FaithfulnessCheck, ...]


def judge(measured: "Faithfulness") -> Verdict:
    """Judge a heatmap by its measurements.

    It is faithful if it passes every check. It is not faithful if random weights give the same
    heatmap, or if none of the three ways to remove pixels finds the highlighted ones more important
    than others.
    """
    checks = (
        _check_road(measured),
        _check_deletion(measured),
        _check_insertion(measured),
        _check_randomization(measured),
    )
    level, headline, sentence = _summarize(measured, checks)
    return Verdict(level=level, headline=headline, sentence=sentence, checks=checks)


def _summarize(
    measured: "Faithfulness", checks: tuple[FaithfulnessCheck, ...]
) -> tuple[Level, str, str]:
    if abs(measured.similarity or 0) >= SAME:
        return "not faithful", NO, IMAGE_ONLY
    if measured.confidence_range < MIN_RANGE:
        return "doubtful", CANNOT_TELL, INCONCLUSIVE
    if not any(check.passed for check in checks[:-1]):
        return "not faithful", NO, NO_BETTER
    num_failed = sum(not check.passed for check in checks)
    if num_failed:
        return "doubtful", BE_CAREFUL, f"It failed {num_failed} of {len(checks)} checks."
    return "faithful", YES, f"It passed all {len(checks)} checks."


def _check_road(measured: "Faithfulness") -> FaithfulnessCheck:
    passed = measured.road_most < measured.road_least - ROAD_MARGIN
    comparison = _compare_road(measured)
    text = comparison[0].upper() + comparison[1:]
    return FaithfulnessCheck(
        passed=passed, text=text + ("." if passed else ": no clear difference.")
    )


def _check_deletion(measured: "Faithfulness") -> FaithfulnessCheck:
    area, random_area = measured.deletion_area, measured.random_deletion_area
    passed = area < random_area - AREA_MARGIN
    return FaithfulnessCheck(
        passed=passed,
        text="When highlighted pixels turn black first, confidence "
        f"{'falls faster' if passed else 'does not fall clearly faster'} than in random order "
        f"(mean {area:.0%}, random {random_area:.0%}).",
    )


def _check_insertion(measured: "Faithfulness") -> FaithfulnessCheck:
    area, random_area = measured.insertion_area, measured.random_insertion_area
    passed = area > random_area + AREA_MARGIN
    return FaithfulnessCheck(
        passed=passed,
        text="When highlighted pixels appear first, confidence "
        f"{'rises faster' if passed else 'does not rise clearly faster'} than in random order "
        f"(mean {area:.0%}, random {random_area:.0%}).",
    )


def _check_randomization(measured: "Faithfulness") -> FaithfulnessCheck:
    correlation = measured.similarity
    if correlation is None:
        return FaithfulnessCheck(passed=True, text="An untrained network gives no heatmap at all.")
    similarity = abs(correlation)
    relation = "the same" if similarity >= SAME else "a similar"
    if similarity < DIFFERENT:
        relation = "a different"
    inverted = ", bright and dark swapped" if correlation <= -DIFFERENT else ""
    return FaithfulnessCheck(
        passed=similarity < DIFFERENT,
        text=f"An untrained network gives {relation} heatmap{inverted} (rank correlation "
        f"{correlation:.2f}; 1 means the same order of pixels, 0 no relation).",
    )


def _compare_road(measured: "Faithfulness") -> str:
    """`hiding the highlighted pixels costs 62 points, hiding the other pixels only 27`."""
    most, least = measured.road_most, measured.road_least
    verb, points = _verb_and_points(most)
    other_verb, other_points = _verb_and_points(least)
    only = "only " if points > other_points else ""
    second = f"{only}{other_points}" if other_verb == verb else f"{other_verb} {other_points}"
    unit = "percentage point" + "s" * (points != 1)
    return (
        f"hiding the highlighted pixels {verb} {points} {unit} of confidence, hiding the other "
        f"pixels {second}"
    )


def _verb_and_points(change: float) -> tuple[str, int]:
    points = round(100 * abs(change))
    return ("adds" if change > 0 and points else "costs"), points
