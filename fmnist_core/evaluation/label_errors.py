"""Likely label errors by confident learning, from the predictions of several models.

Northcutt, Jiang, Chuang 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels",
arXiv:1911.00068, as the library cleanlab implements it.
"""

from dataclasses import dataclass

import numpy as np

from fmnist_core.fashion_mnist import NUM_CLASSES


@dataclass(frozen=True, kw_only=True)
class LabelIssue:
    """An image whose label is likely to be wrong."""

    index: int
    label: int
    suggested: int
    """The class that the models together find most probable."""
    quality: float
    """The models' mean probability of the label, from 0 to 1; the lower, the more doubtful."""
    num_votes: int
    """How many models predict the suggested class."""
    num_models: int


def find_label_errors(probabilities: np.ndarray, labels: np.ndarray) -> list[LabelIssue]:
    """Find the images whose label is likely to be wrong, the most doubtful first.

    Probabilities [M, N, 10] of M models that have not been trained on these images, and labels int
    [N], in which every class occurs. The mean of the models decides: an image is suspect if it is
    counted off the diagonal of the confident joint, the matrix of given labels against classes that
    the models are as sure of as they usually are, and if the models predict that class.
    """
    from cleanlab.filter import find_label_issues

    if len(np.unique(labels)) < NUM_CLASSES:
        return []  # without images, a class has no usual confidence
    mean = probabilities.mean(axis=0, dtype=np.float64)
    mean /= mean.sum(axis=1, keepdims=True)
    suspects = find_label_issues(
        labels, mean, return_indices_ranked_by="self_confidence", filter_by="confident_learning",
        n_jobs=1,
    )  # fmt: skip
    votes = probabilities.argmax(axis=2)
    return [
        LabelIssue(
            index=int(index),
            label=int(labels[index]),
            suggested=int(mean[index].argmax()),
            quality=float(mean[index, labels[index]]),
            num_votes=int((votes[:, index] == mean[index].argmax()).sum()),
            num_models=len(probabilities),
        )
        for index in suspects
        if mean[index].argmax() != labels[index]
    ]
