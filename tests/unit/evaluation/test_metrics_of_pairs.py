"""What is taken for what, worked by hand."""

import numpy as np
import pytest

from fmnist_core.evaluation import metrics

LABELS = np.array([6, 6, 6, 0])
PROBABILITIES = np.zeros((4, 10))
PROBABILITIES[0, [0, 6]] = 0.6, 0.4
PROBABILITIES[1, [0, 6]] = 0.9, 0.1
PROBABILITIES[2, [6, 0]] = 0.7, 0.3
PROBABILITIES[3, [0, 3, 6]] = 0.5, 0.2, 0.3


def test_commonest_mistakes_come_first_in_words():
    counts = np.diag(np.full(10, 50))
    counts[6, 0], counts[0, 6], counts[2, 4] = 112, 1, 7
    words = [each.words for each in metrics.mistakes(counts, at_most=2)]
    assert words == ["Shirt taken for T-shirt/top 112 times", "Pullover taken for Coat 7 times"]
    last = metrics.mistakes(counts, at_most=90)[-1]
    assert last.words == "T-shirt/top taken for Shirt once"


def test_without_mistakes_there_is_none():
    assert metrics.mistakes(np.eye(10, dtype=int), at_most=5) == []


def test_images_behind_a_cell_most_confident_first():
    assert list(metrics.behind(PROBABILITIES, LABELS, true=6, answer=0)) == [1, 0]
    assert list(metrics.behind(PROBABILITIES, LABELS, true=6, answer=6)) == [2]
    assert list(metrics.behind(PROBABILITIES, LABELS, true=9, answer=0)) == []


def test_likeliest_classes():
    assert metrics.top(PROBABILITIES[3], num=2) == [(0, 0.5), (6, 0.3)]


def test_rows_add_up_to_one_where_there_are_images():
    shares = metrics.row_shares(np.array([[3, 1], [0, 0]]))
    assert shares == pytest.approx(np.array([[0.75, 0.25], [0, 0]]))
