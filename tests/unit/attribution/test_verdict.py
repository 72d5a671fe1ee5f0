"""The verdict on a heatmap follows from its figures."""

import numpy as np
import pytest

from fmnist_core.attribution.faithfulness import Faithfulness
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.verdict import judge

ANY = np.eye(28, dtype=np.float32)


def curve(height: float) -> np.ndarray:
    return np.array([1, height, 0], dtype=np.float32)


def a_measure(**changes) -> Faithfulness:
    """A good one, but for `changes`."""
    good = {
        "road_most": -0.41,
        "road_least": -0.03,
        "shares": np.array([0, 0.5, 1], dtype=np.float32),
        "deletion": curve(0.1),
        "insertion": curve(0.9)[::-1],
        "random_deletion": curve(0.5),
        "random_insertion": curve(0.5)[::-1],
        "randomised": Heatmap(grid=ANY, values=ANY, layer=None),
        "similarity": 0.12,
    }
    return Faithfulness(**good | changes)


NO_CURVES = {"deletion": curve(0.45), "insertion": curve(0.55)[::-1]}


def test_faithful_where_every_check_speaks_for_it():
    said = judge(a_measure())
    assert said.level == "faithful"
    assert "costs 41 points of confidence, removing the rest costs 3 points" in said.sentence
    assert all(check.passed for check in said.checks)


@pytest.mark.parametrize(
    ("changes", "place", "words"),
    [
        ({"road_least": -0.35}, 0, "removing the rest costs 35 points: no clear difference."),
        ({"road_most": 0.01, "road_least": 0.0}, 0, "Removing what it marks adds 1 point of"),
        ({"deletion": curve(0.45)}, 1, "falls not clearly sooner than at random (mean 48%, at"),
        ({"insertion": curve(0.4)[::-1]}, 2, "rises not clearly sooner than at random (mean 45%"),
        ({"similarity": 0.6}, 3, "Random weights give a similar map (rank correlation 0.60;"),
        ({"similarity": -0.6}, 3, "a similar map, bright and dark exchanged (rank correlation"),
    ],
)
def test_one_check_against_it_makes_it_doubtful(changes, place, words):
    said = judge(a_measure(**changes))
    assert said.level == "doubtful"
    assert said.sentence == "Doubtful here: 1 of 4 checks speaks against the map."
    assert [check.passed for check in said.checks].index(False) == place
    assert words in said.checks[place].words


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({"similarity": -0.9}, "not faithful", "random weights give nearly the same map"),
        ({"similarity": None}, "faithful", "Faithful here"),
        (NO_CURVES, "doubtful", "2 of 4 checks speak against"),
        (NO_CURVES | {"road_most": -0.1}, "not faithful", "costs hardly more than removing"),
    ],
)
def test_level_follows_from_the_checks(changes, level, words):
    said = judge(a_measure(**changes))
    assert said.level == level
    assert words in said.sentence


def test_nothing_can_be_said_where_confidence_never_moves():
    flat = np.full(3, 0.02, dtype=np.float32)
    names = ("deletion", "insertion", "random_deletion", "random_insertion")
    said = judge(a_measure(**dict.fromkeys(names, flat)))
    assert said.level == "doubtful"
    assert "hardly moves whatever is removed" in said.sentence
