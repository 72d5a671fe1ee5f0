"""Wrong labels are found; uncertain ones are left alone."""

import numpy as np

from fmnist_core.evaluation.label_errors import find_label_errors

TRUE = np.arange(600) % 10
WRONG = [30, 71, 402]


def given_labels() -> np.ndarray:
    labels = TRUE.copy()
    labels[WRONG] = (labels[WRONG] + 3) % 10
    return labels


def predicted(num_models: int = 3) -> np.ndarray:
    """What models predict that know the truth, surest of it where the label is wrong."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(num_models, len(TRUE), 10)) * 0.3
    logits[:, np.arange(len(TRUE)), TRUE] += 5
    logits[:, WRONG, TRUE[WRONG]] += 1
    exponents = np.exp(logits)
    probabilities: np.ndarray = exponents / exponents.sum(axis=2, keepdims=True)
    return probabilities


def test_labels_that_were_swapped_are_found():
    issues = find_label_errors(predicted(), given_labels())
    assert {issue.index for issue in issues} == set(WRONG)
    for issue in issues:
        assert issue.suggested == TRUE[issue.index]
        assert (issue.num_votes, issue.num_models) == (3, 3)


def test_the_most_doubtful_come_first():
    qualities = [issue.quality for issue in find_label_errors(predicted(), given_labels())]
    assert qualities == sorted(qualities)


def test_right_labels_are_not_suspected():
    assert find_label_errors(predicted(), TRUE) == []


def test_without_images_of_a_class_nothing_is_said():
    assert find_label_errors(predicted()[:, :9], TRUE[:9]) == []
