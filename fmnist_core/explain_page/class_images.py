"""Choose test images of a class by what a run predicted for them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist_core.attribution.target import Target
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.evaluation.hard_examples import rank_hardest
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.formatting import pluralize
from fmnist_core.runs.summary import RunSummary

MAX_CONFUSIONS = 3
"""Wrong classes that get a group of their own."""


@dataclass(frozen=True, kw_only=True)
class EvaluatedRun:
    """A run with its predictions for the test images."""

    run: RunSummary
    data: DatasetKey
    images: np.ndarray
    """uint8 [N, 28, 28]."""
    labels: np.ndarray
    """[N]."""
    probabilities: np.ndarray
    """[N, 10]."""

    @cached_property
    def predictions(self) -> np.ndarray:
        """The predicted classes, int [N]."""
        predictions: np.ndarray = self.probabilities.argmax(axis=1)
        return predictions

    def find_images(self, label: int, predicted: int) -> np.ndarray:
        """Return the indices of the images of a class with this prediction."""
        return np.nonzero((self.labels == label) & (self.predictions == predicted))[0]


@dataclass(frozen=True, kw_only=True)
class ImageGroup:
    """Test images whose heatmaps are averaged, and the target that these explain."""

    title: str
    indices: np.ndarray
    target: Target


def group_by_prediction(evaluated: EvaluatedRun, label: int) -> list[ImageGroup]:
    """Group the images of a class: the correct ones, then its most frequent confusions.

    Each group explains the class that was predicted.
    """
    groups = [
        ImageGroup(
            title=f"{'Correct' if predicted == label else f'Predicted as {CLASSES[predicted]}'}: "
            f"{pluralize(len(indices), 'image')}",
            indices=indices,
            target=Target(label=predicted),
        )
        for predicted in range(NUM_CLASSES)
        for indices in [evaluated.find_images(label, predicted)]
    ]
    correct = groups.pop(label)
    mistakes = sorted((group for group in groups if len(group.indices)), key=_size, reverse=True)
    return [correct, *mistakes[:MAX_CONFUSIONS]]


def _size(group: ImageGroup) -> int:
    return len(group.indices)


def group_for_contrast(evaluated: EvaluatedRun, label: int, against: int) -> list[ImageGroup]:
    """Group the images of two classes: the correct and the confused ones of each.

    Each group explains the class that was predicted, in contrast to the other one.
    """
    return [
        _contrast_group(evaluated, true_class, predicted, against if predicted == label else label)
        for true_class, predicted in (
            (label, label),
            (label, against),
            (against, against),
            (against, label),
        )
    ]


def _contrast_group(
    evaluated: EvaluatedRun, true_class: int, predicted: int, other: int
) -> ImageGroup:
    indices = evaluated.find_images(true_class, predicted)
    number = f"{len(indices)} correct"
    if true_class != predicted:
        number = pluralize(len(indices), f"misclassified {CLASSES[true_class]} image")
    target = Target(label=predicted, against=other)
    return ImageGroup(title=f"Why {target.text} ({number})", indices=indices, target=target)


def most_confused_class(evaluated: EvaluatedRun, label: int) -> int:
    """Return the class that images of class `label` are most often mistaken for."""
    predictions = evaluated.predictions[evaluated.labels == label]
    counts = np.bincount(predictions, minlength=NUM_CLASSES)
    counts[label] = -1
    return int(counts.argmax())


def find_worst_mistakes(evaluated: EvaluatedRun, label: int, *, limit: int) -> np.ndarray:
    """Return the indices of a class's misclassified images, the highest loss first."""
    ranking = rank_hardest(evaluated.probabilities[None], evaluated.labels, measure="loss")
    wrong = (evaluated.labels[ranking] == label) & (evaluated.predictions[ranking] != label)
    worst: np.ndarray = ranking[wrong][:limit]
    return worst
