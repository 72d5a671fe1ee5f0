"""Compare runs by their predictions for the real photographs, of which several classes are right.

A photograph is counted under one class. A prediction that is right counts as that class, so that
it lies on the diagonal of the confusion matrix; hats, shorts and skirts, which are none of the ten,
are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist_core.data import real_photographs
from fmnist_core.data.real_photographs import RealPhotograph
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.runs.comparison import ComparedRun, Comparison
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.summary import RunSummary


@dataclass(frozen=True, kw_only=True)
class PhotographComparison(Comparison):
    """M runs tested on the N photographs that have a right class."""

    photographs: tuple[RealPhotograph, ...]
    """[N]."""
    inputs: np.ndarray
    """The photographs as models see them, uint8 [N, 28, 28]."""
    all_probabilities: np.ndarray
    """float32 [M, 300, 10], with the photographs that are none of the ten classes."""

    @property
    def test_title(self) -> str:
        return real_photographs.TITLE

    @cached_property
    def is_accepted(self) -> np.ndarray:
        """Whether a class counts as right, bool [N, 10]."""
        accepted = np.zeros((len(self.photographs), NUM_CLASSES), dtype=bool)
        for row, photograph in zip(accepted, self.photographs, strict=True):
            row[list(photograph.accepted)] = True
        return accepted

    def resolve(self, predicted: np.ndarray) -> np.ndarray:
        is_right = self.is_accepted[np.arange(len(self.photographs)), predicted]
        return np.where(is_right, self.labels, predicted)

    @cached_property
    def merged_probabilities(self) -> np.ndarray:
        """float32 [M, N, 10]: the photograph's own class has the probability of all right ones."""
        merged = np.where(self.is_accepted, 0, self.probabilities)
        right = np.where(self.is_accepted, self.probabilities, 0).sum(axis=2)
        merged[:, np.arange(len(self.labels)), self.labels] = right
        return merged

    @cached_property
    def unknown_probabilities(self) -> np.ndarray:
        """float32 [M, K, 10], of the photographs that are none of the ten classes."""
        known = [photograph.index for photograph in self.photographs]
        return np.delete(self.all_probabilities, known, axis=1)


def compare_on_photographs(
    runs: Sequence[RunSummary],
    names: Sequence[str],
    probabilities: Sequence[np.ndarray],
    *,
    inputs: np.ndarray,
) -> PhotographComparison:
    """Compare finished runs, at least one, with each one's probabilities float32 [300, 10].

    `inputs` are the photographs as models see them, uint8 [300, 28, 28].
    """
    photographs = real_photographs.known_photographs()
    indices = [photograph.index for photograph in photographs]
    labels = np.array([photograph.label for photograph in photographs], dtype=np.int64)
    compared = tuple(
        ComparedRun(
            summary=run,
            name=name,
            predictions=Predictions(probabilities=of_run[indices], labels=labels),
        )
        for run, name, of_run in zip(runs, names, probabilities, strict=True)
    )
    return PhotographComparison(
        runs=compared,
        photographs=photographs,
        inputs=inputs[indices],
        all_probabilities=np.stack(probabilities),
    )


def photograph_accuracy(probabilities: np.ndarray) -> float:
    """The fraction of the photographs with a right class that is classified correctly.

    Probabilities [300, 10]. With several right classes, each of them is correct.
    """
    return float(
        np.mean(
            [
                int(probabilities[photograph.index].argmax()) in photograph.accepted
                for photograph in real_photographs.known_photographs()
            ]
        )
    )
