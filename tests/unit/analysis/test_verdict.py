"""The verdict on a heatmap follows from its figures."""

import numpy as np
import pytest

from fmnist_core.analysis.faithfulness import Faithfulness
from fmnist_core.analysis.heatmap import Heatmap
from fmnist_core.analysis.verdict import verdict

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


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({}, "faithful", "marks costs 41 points, removing the rest costs 3 points"),
        ({}, "faithful", "random weights give another map (rank correlation 0.12)."),
        ({"road_least": 0.01}, "faithful", "removing the rest adds 1 point;"),
        ({"road_least": -0.35}, "doubtful", "Against it: removing what it marks costs 41 points,"),
        ({"deletion": curve(0.45)}, "doubtful", "Against it: confidence falls no sooner than in"),
        ({"insertion": curve(0.4)[::-1]}, "doubtful", "Against it: it rises no sooner when they"),
        ({"similarity": -0.6}, "doubtful", "Against it: random weights give a similar map"),
        ({"similarity": -0.9}, "not faithful", "shows the picture, not what the model learned"),
        ({"similarity": None}, "faithful", "random weights give no map at all."),
        (NO_CURVES, "doubtful", "For the map: removing what it marks costs 41 points"),
        (NO_CURVES | {"road_most": -0.1}, "not faithful", "costs 10 points, not much more than"),
    ],
)
def test_verdict_follows_from_the_figures(changes, level, words):
    said = verdict(a_measure(**changes))
    assert said.level == level
    assert words in said.sentence
    assert said.sentence.endswith(".")


def test_nothing_can_be_said_where_confidence_never_moves():
    flat = np.full(3, 0.02, dtype=np.float32)
    names = ("deletion", "insertion", "random_deletion", "random_insertion")
    said = verdict(a_measure(**dict.fromkeys(names, flat)))
    assert said.level == "doubtful"
    assert "Ask about the class it answers" in said.sentence
