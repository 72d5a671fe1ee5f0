"""The images in a cell of a confusion matrix, worked by hand."""

import pytest

from fmnist_core.compare_page import confusion_view

LABELS = [0, 0, 0, 0, 6, 6]
FIRST = [0, 0, 6, 6, 6, 0]
SECOND = [0, 6, 0, 6, 0, 0]


@pytest.mark.parametrize(
    ("run", "label", "predicted", "indices"),
    [
        ("0", 0, 6, [2, 3]),
        ("1", 0, 6, [1, 3]),
        (confusion_view.ONE_OF_PAIR, 0, 6, [1, 2]),
        ("0", 5, 5, []),
    ],
)
def test_images_in_a_cell(make_comparison, run, label, predicted, indices):
    comparison = make_comparison(LABELS, FIRST, SECOND)
    found = confusion_view.find_images(comparison, run, label, predicted, (0, 1))
    assert list(found) == indices
