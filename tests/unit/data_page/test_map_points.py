"""Colors, places and summaries of points on the map."""

import numpy as np
import pytest

from fmnist_core.data_page import map_points
from fmnist_core.data_page.map_points import CLASS_COLORS, color_points, place_points

LABELS = np.array([0, 0, 6, 6, 6, 9])
PREDICTED = np.array([0, 6, 0, 0, 6, 9])


def test_points_are_placed_within_the_map_and_further_ones_at_its_edge():
    positions = np.random.default_rng(0).normal(size=(30, 2)) * 40 + 7
    placed = place_points(positions)
    assert np.abs(placed.positions).max() == pytest.approx(1)
    assert np.allclose(placed.place(positions), placed.positions)
    assert np.abs(placed.place(np.array([1e6, -1e6]))).max() == 1


@pytest.mark.parametrize(
    ("color", "expected"),
    [("class", LABELS), ("prediction", PREDICTED), ("correct", (LABELS != PREDICTED) * 1)],
)
def test_points_are_colored_by_what_is_chosen(color, expected):
    groups, group_of = color_points(color, LABELS, PREDICTED)
    assert np.array_equal(group_of, expected)
    assert len(groups) > group_of.max()


def test_without_predictions_points_show_their_class():
    groups, group_of = color_points("correct", LABELS, None)
    assert np.array_equal(group_of, LABELS)
    assert [group.color for group in groups] == list(CLASS_COLORS)


def test_a_lasso_is_summarized():
    summary = map_points.summarize_lasso(LABELS, PREDICTED)
    assert summary.counts == ((6, 3), (0, 2), (9, 1))
    assert summary.accuracy == pytest.approx(3 / 6)
    assert summary.worst_pair == (6, 0)


def test_without_mistakes_there_is_no_worst_one():
    assert map_points.summarize_lasso(LABELS, LABELS).worst_pair is None
    assert map_points.summarize_lasso(LABELS, None).accuracy is None
