"""Test metrics from probabilities and labels."""

from dataclasses import dataclass

import numpy as np

from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES


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


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One cell off the diagonal."""

    true: int
    answer: int
    count: int

    @property
    def words(self) -> str:
        """`Shirt taken for T-shirt/top 112 times`."""
        often = "once" if self.count == 1 else f"{self.count} times"
        return f"{CLASSES[self.true]} taken for {CLASSES[self.answer]} {often}"


def mistakes(confusion: np.ndarray, *, at_most: int) -> list[Mistake]:
    """The commonest first, from counts [10, 10] as [true class, answer]."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:at_most]
    cells = [tuple(map(int, np.unravel_index(index, wrong.shape))) for index in order]
    return [
        Mistake(true=true, answer=answer, count=int(wrong[true, answer]))
        for true, answer in cells
        if wrong[true, answer]
    ]


def row_shares(confusion: np.ndarray) -> np.ndarray:
    """Share of each true class, [10, 10]; 0 in the row of a class without images."""
    totals = confusion.sum(axis=1, keepdims=True)
    return np.divide(confusion, totals, out=np.zeros(confusion.shape), where=totals > 0)


def behind(probabilities: np.ndarray, labels: np.ndarray, *, true: int, answer: int) -> np.ndarray:
    """Indices of the images in a cell, the most confident answer first.

    Probabilities [N, 10], labels int [N].
    """
    (found,) = np.nonzero((labels == true) & (probabilities.argmax(axis=1) == answer))
    return found[np.argsort(-probabilities[found, answer], kind="stable")]


def top(probabilities: np.ndarray, *, num: int = 3) -> list[tuple[int, float]]:
    """The likeliest classes of one image with their probabilities, from [10]."""
    order = np.argsort(-probabilities, kind="stable")[:num]
    return [(int(each), float(probabilities[each])) for each in order]
