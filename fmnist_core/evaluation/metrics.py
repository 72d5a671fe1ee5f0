"""Test metrics from labels and predictions: confusion matrices, and precision, recall and F1."""

from dataclasses import dataclass

import numpy as np

from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES


def confusion_matrix(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """Count int64 [10, 10] as [true class, predicted class], from two int arrays [N]."""
    pairs = labels.astype(np.int64) * NUM_CLASSES + predictions
    return np.bincount(pairs, minlength=NUM_CLASSES**2).reshape(NUM_CLASSES, NUM_CLASSES)


def class_metrics(confusion: np.ndarray) -> dict[str, np.ndarray]:
    """Compute precision, recall, F1 and support per class, each [10]; 0 where undefined."""
    correct = np.diag(confusion).astype(float)
    support = confusion.sum(axis=1)
    precision = _divide(correct, confusion.sum(axis=0))
    recall = _divide(correct, support)
    return {
        "precision": precision,
        "recall": recall,
        "f1": _divide(2 * precision * recall, precision + recall),
        "support": support,
    }


def _divide(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    out = np.zeros(np.broadcast_shapes(numerator.shape, denominator.shape))
    return np.divide(numerator, denominator, out=out, where=denominator > 0)


@dataclass(frozen=True, kw_only=True)
class ClassConfusion:
    """A cell off the diagonal of a confusion matrix."""

    label: int
    predicted: int
    count: int

    @property
    def text(self) -> str:
        """`Shirt predicted as T-shirt/top`."""
        return f"{CLASSES[self.label]} predicted as {CLASSES[self.predicted]}"


def most_frequent_confusions(confusion: np.ndarray, *, limit: int) -> list[ClassConfusion]:
    """List at most `limit` cells off the diagonal, most frequent first, without empty ones.

    `confusion` holds counts [10, 10] as [true class, predicted class].
    """
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0)
    order = np.argsort(-mistakes, axis=None, kind="stable")[:limit]
    cells = [tuple(map(int, np.unravel_index(index, mistakes.shape))) for index in order]
    return [
        ClassConfusion(label=label, predicted=predicted, count=int(mistakes[label, predicted]))
        for label, predicted in cells
        if mistakes[label, predicted]
    ]


def normalize_rows(confusion: np.ndarray) -> np.ndarray:
    """Divide by the images of each true class, [10, 10]; 0 for a class without images."""
    return _divide(confusion, confusion.sum(axis=1, keepdims=True))


def images_in_cell(
    probabilities: np.ndarray,
    predictions: np.ndarray,
    labels: np.ndarray,
    *,
    label: int,
    predicted: int,
) -> np.ndarray:
    """Return the indices of the images in a cell, most confident first.

    Probabilities [N, 10], predicted classes and labels int [N].
    """
    (indices,) = np.nonzero((labels == label) & (predictions == predicted))
    return indices[np.argsort(-probabilities[indices].max(axis=1), kind="stable")]


def top_classes(probabilities: np.ndarray, *, k: int = 3) -> list[tuple[int, float]]:
    """Return the `k` most probable classes of an image with their probabilities, from [10]."""
    order = np.argsort(-probabilities, kind="stable")[:k]
    return [(int(index), float(probabilities[index])) for index in order]
