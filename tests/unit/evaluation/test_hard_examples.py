"""Hard images, worked by hand."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import log_loss

from fmnist_core.evaluation import hard_examples

LABELS = np.array([0, 0, 1])


def spread(*rows: dict[int, float]) -> np.ndarray:
    probabilities = np.zeros((len(rows), 10))
    for row, given in zip(probabilities, rows, strict=True):
        for each, value in given.items():
            row[each] = value
    return probabilities


SURE = spread({0: 1.0}, {0: 0.2, 6: 0.8}, {1: 0.6, 2: 0.4})
UNSURE = spread({0: 1.0}, {0: 0.7, 6: 0.3}, {1: 0.1, 3: 0.9})
BOTH = np.stack([SURE, UNSURE])


def test_loss_is_the_mean_over_models():
    found = hard_examples.losses(BOTH, LABELS)
    assert found[1] == pytest.approx(-(np.log(0.2) + np.log(0.7)) / 2)
    assert found.mean() == pytest.approx(
        np.mean([log_loss(LABELS, each, labels=range(10)) for each in BOTH]), abs=1e-6
    )


def test_a_stored_zero_is_a_large_loss_and_no_infinity():
    assert np.isfinite(hard_examples.losses(BOTH, np.array([5, 5, 5]))).all()


def test_most_confident_mistake_of_any_model_counts():
    assert hard_examples.wrong_confidences(BOTH, LABELS) == pytest.approx([0, 0.8, 0.9])


def test_disagreement_agrees_with_scipy():
    found = hard_examples.disagreements(BOTH, LABELS)
    assert found[0] == pytest.approx(0)
    assert found[1:] == pytest.approx(jensenshannon(SURE[1:], UNSURE[1:], axis=1) ** 2)


@pytest.mark.parametrize("measure", hard_examples.MEASURES)
def test_easiest_comes_last_and_ties_stay_in_order(measure):
    assert hard_examples.hardest(BOTH, LABELS, measure=measure)[-1] == 0
    same = np.stack([SURE[:1].repeat(3, axis=0)])
    assert list(hard_examples.hardest(same, np.zeros(3, dtype=int), measure=measure)) == [0, 1, 2]
