"""What is inside the lasso: mistakes come first."""

import numpy as np

from fmnist_core.data_page import map_selection

LABELS = np.array([0, 0, 0, 6, 6, 9])
PREDICTED = np.array([0, 6, 0, 6, 0, 9])


def test_mistakes_come_first_and_then_rare_classes():
    order = map_selection.most_telling(np.arange(6), LABELS, PREDICTED)
    assert set(order[:2]) == {1, 4}
    assert order[2] == 5


def test_without_predictions_rare_classes_come_first():
    assert map_selection.most_telling(np.arange(6), LABELS, None)[0] == 5
