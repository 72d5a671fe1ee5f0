"""Hard images, worked by hand."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from sklearn.metrics import log_loss

from fmnist_core.evaluation import hard_examples

LABELS = np.array([0, 0, 1])


def probabilities_of(*images: dict[int, float]) -> np.ndarray:
    probabilities = np.zeros((len(images), 10))
    for row, by_class in zip(probabilities, images, strict=True):
        for index, probability in by_class.items():
            row[index] = probability
    return probabilities


FIRST = probabilities_of({0: 1.0}, {0: 0.2, 6: 0.8}, {1: 0.6, 2: 0.4})
SECOND = probabilities_of({0: 1.0}, {0: 0.7, 6: 0.3}, {1: 0.1, 3: 0.9})
BOTH = np.stack([FIRST, SECOND])


def test_loss_is_the_mean_over_models():
    losses = hard_examples.mean_losses(BOTH, LABELS)
    assert losses[1] == pytest.approx(-(np.log(0.2) + np.log(0.7)) / 2)
    assert losses.mean() == pytest.approx(
        np.mean([log_loss(LABELS, probabilities, labels=range(10)) for probabilities in BOTH]),
        abs=1e-6,
    )


def test_a_stored_zero_is_a_large_but_finite_loss():
    assert np.isfinite(hard_examples.mean_losses(BOTH, np.array([5, 5, 5]))).all()


def test_most_confident_mistake_of_any_model_counts():
    assert hard_examples.max_wrong_probabilities(BOTH, LABELS) == pytest.approx([0, 0.8, 0.9])


def test_disagreement_agrees_with_scipy():
    divergences = hard_examples.jensen_shannon_divergences(BOTH, LABELS)
    assert divergences[0] == pytest.approx(0)
    assert divergences[1:] == pytest.approx(jensenshannon(FIRST[1:], SECOND[1:], axis=1) ** 2)


@pytest.mark.parametrize("measure", hard_examples.MEASURES)
def test_easiest_comes_last_and_ties_stay_in_order(measure):
    assert hard_examples.rank_hardest(BOTH, LABELS, measure=measure)[-1] == 0
    same = np.stack([FIRST[:1].repeat(3, axis=0)])
    ranked = hard_examples.rank_hardest(same, np.zeros(3, dtype=int), measure=measure)
    assert list(ranked) == [0, 1, 2]
