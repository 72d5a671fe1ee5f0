"""Test metrics from probabilities and labels."""

import numpy as np

from fmnist_core.fashion_mnist import NUM_CLASSES


def confusion_matrix(labels: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Counts int64 [10, 10], [true class, answer], from two int arrays [N]."""
    pairs = labels.astype(np.int64) * NUM_CLASSES + answers
    return np.bincount(pairs, minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)


def class_figures(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall, F1 and support per class, each [10]; 0 where nothing is to be divided."""
    right = np.diag(confusion).astype(float)
    support = confusion.sum(axis=1)
    precision = _share(right, confusion.sum(axis=0))
    recall = _share(right, support)
    return {
        "precision": precision,
        "recall": recall,
        "f1": _share(2 * precision * recall, precision + recall),
        "support": support,
    }


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
