"""Runs compared on the real photographs, of which several classes may be right."""

import numpy as np
import pytest

from fmnist_core.data import real_photographs
from fmnist_core.fashion_mnist import class_index
from fmnist_core.runs.photograph_comparison import compare_on_photographs, photograph_accuracy
from tests import factories

PULLOVER, COAT, BAG = (class_index(name) for name in ("Pullover", "Coat", "Bag"))


@pytest.fixture
def compare(make_comparison):
    """A comparison of one run that predicts this class for every photograph."""

    def make(predicted: int):
        photographs = real_photographs.load_photographs()
        probabilities = factories.probabilities_for([predicted] * len(photographs))
        own = make_comparison([0, 1], [0, 1])
        inputs = np.zeros((len(photographs), 28, 28), np.uint8)
        return compare_on_photographs([own.runs[0].summary], ["A"], [probabilities], inputs=inputs)

    return make


def rows_of(comparison, garment):
    return np.array([photograph.garment == garment for photograph in comparison.photographs])


def test_any_right_class_counts(compare):
    comparison = compare(PULLOVER)
    for garment in ("outwear", "longsleeve"):
        rows = rows_of(comparison, garment)
        assert (comparison.predictions[0, rows] == comparison.labels[rows]).all()
    rows = rows_of(comparison, "dress")
    assert (comparison.predictions[0, rows] == PULLOVER).all()


def test_matrix_counts_each_photograph_once_in_one_row(compare):
    comparison = compare(PULLOVER)
    assert comparison.confusions.sum() == len(comparison.labels) == 276
    assert comparison.confusions[0, COAT, COAT] == rows_of(comparison, "outwear").sum()
    assert comparison.confusions[0, COAT, PULLOVER] == 0
    diagonal = np.trace(comparison.confusions[0]) / 276
    assert comparison.accuracies[0] == pytest.approx(diagonal)


def test_probabilities_of_right_classes_are_added(compare):
    comparison = compare(PULLOVER)
    index = int(np.flatnonzero(rows_of(comparison, "outwear"))[0])
    raw, merged = comparison.probabilities[0, index], comparison.merged_probabilities[0, index]
    assert merged[COAT] == pytest.approx(raw[COAT] + raw[PULLOVER])
    assert merged[PULLOVER] == 0
    assert comparison.merged_probabilities.sum(axis=2) == pytest.approx(1, abs=1e-5)


def test_photographs_of_no_class_are_left_out(compare):
    comparison = compare(BAG)
    assert comparison.accuracies[0] == 0
    assert comparison.unknown_probabilities.shape == (1, 24, 10)
    assert comparison.test_title == "Real photographs"


def test_accuracy_alone_agrees_with_the_comparison(make_comparison):
    own = make_comparison([0, 1], [0, 1], [1, 0])
    comparison = factories.photograph_comparison(own, accuracy=0.6)
    for probabilities, accuracy in zip(
        comparison.all_probabilities, comparison.accuracies, strict=True
    ):
        assert photograph_accuracy(probabilities) == pytest.approx(accuracy)
