"""The verdict on a heatmap follows from its measurements."""

import numpy as np
import pytest

from fmnist_core.attribution.faithfulness import Faithfulness
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.verdict import judge

VALUES = np.eye(28, dtype=np.float32)


def curve(height: float) -> np.ndarray:
    return np.array([1, height, 0], dtype=np.float32)


def measurements(**changes) -> Faithfulness:
    """Of a faithful heatmap, apart from `changes`."""
    good = {
        "road_most": -0.41,
        "road_least": -0.03,
        "fractions": np.array([0, 0.5, 1], dtype=np.float32),
        "deletion": curve(0.1),
        "insertion": curve(0.9)[::-1],
        "random_deletion": curve(0.5),
        "random_insertion": curve(0.5)[::-1],
        "randomized": Heatmap(grid=VALUES, values=VALUES, layer=None),
        "similarity": 0.12,
    }
    return Faithfulness(**good | changes)


HEADLINES = {"faithful": "Yes", "doubtful": "Be careful", "not faithful": "No"}
NO_CURVES = {"deletion": curve(0.45), "insertion": curve(0.55)[::-1]}


def test_faithful_if_every_check_passes():
    verdict = judge(measurements())
    assert verdict.level == "faithful"
    assert verdict.headline.startswith("Yes, ")
    assert (
        "costs 41 percentage points of confidence, hiding the other pixels only 3."
        in verdict.checks[0].text
    )
    assert all(check.passed for check in verdict.checks)


@pytest.mark.parametrize(
    ("changes", "index", "text"),
    [
        ({"road_least": -0.35}, 0, "hiding the other pixels only 35: no clear difference."),
        (
            {"road_most": 0.01, "road_least": 0.0},
            0,
            "adds 1 percentage point of confidence, hiding the other pixels costs 0: no",
        ),
        (
            {"deletion": curve(0.45)},
            1,
            "does not fall clearly faster than in random order (mean 48%",
        ),
        ({"insertion": curve(0.4)[::-1]}, 2, "does not rise clearly faster than in random order"),
        ({"similarity": 0.6}, 3, "network gives a similar heatmap (rank correlation 0.60;"),
        ({"similarity": -0.6}, 3, "a similar heatmap, bright and dark swapped (rank correlation"),
    ],
)
def test_one_failed_check_makes_it_doubtful(changes, index, text):
    verdict = judge(measurements(**changes))
    assert verdict.level == "doubtful"
    assert verdict.headline.startswith("Be careful: ")
    assert verdict.sentence == "It failed 1 of 4 checks."
    assert [check.passed for check in verdict.checks].index(False) == index
    assert text in verdict.checks[index].text


@pytest.mark.parametrize(
    ("changes", "level", "text"),
    [
        (
            {"similarity": -0.9},
            "not faithful",
            "An untrained network gives nearly the same heatmap",
        ),
        ({"similarity": None}, "faithful", "passed all 4 checks"),
        (NO_CURVES, "doubtful", "failed 2 of 4 checks"),
        (NO_CURVES | {"road_most": -0.1}, "not faithful", "little more than hiding random ones"),
    ],
)
def test_level_follows_from_the_checks(changes, level, text):
    verdict = judge(measurements(**changes))
    assert verdict.level == level
    assert text in verdict.sentence
    assert verdict.headline.startswith(HEADLINES[level])


def test_inconclusive_if_confidence_never_changes():
    flat = np.full(3, 0.02, dtype=np.float32)
    names = ("deletion", "insertion", "random_deletion", "random_insertion")
    verdict = judge(measurements(**dict.fromkeys(names, flat)))
    assert verdict.level == "doubtful"
    assert verdict.headline.startswith("Can't tell")
    assert "hardly changes whatever is hidden" in verdict.sentence
