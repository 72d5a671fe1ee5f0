"""Load finished runs that were tested on the same images, and compare their predictions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import RunError
from fmnist_core.evaluation import metrics
from fmnist_core.runs import predictions, summary
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.report import Report
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.recipe import Recipe

ACCURACY_TOLERANCE = 0.002
"""Stored probabilities are float16, so two classes can tie and the accuracy can differ a little."""
MAX_COMPARED = 6
"""Runs that can be compared at once."""


@dataclass(frozen=True, kw_only=True)
class ComparedRun:
    """A finished run with its stored predictions."""

    summary: RunSummary
    name: str
    """Its unique name in legends and sentences."""
    predictions: Predictions

    @property
    def recipe(self) -> Recipe:
        assert self.summary.recipe is not None
        return self.summary.recipe

    @property
    def report(self) -> Report:
        assert self.summary.report is not None
        return self.summary.report

    @cached_property
    def test_set(self) -> tuple[str, str]:
        """The data set's key and a fingerprint of its test labels."""
        labels = self.predictions.labels
        return self.report.data, hashlib.sha256(labels.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """M runs, at least one, all tested on the same N images."""

    runs: tuple[ComparedRun, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(run.name for run in self.runs)

    @property
    def data(self) -> DatasetKey:
        return self.runs[0].report.data

    @property
    def test_title(self) -> str:
        """What the runs were tested on."""
        return DATASET_TITLES[self.data]

    @cached_property
    def labels(self) -> np.ndarray:
        """True classes, int64 [N]."""
        return self.runs[0].predictions.labels

    @cached_property
    def probabilities(self) -> np.ndarray:
        """float32 [M, N, 10]."""
        return np.stack([run.predictions.probabilities for run in self.runs])

    @cached_property
    def predictions(self) -> np.ndarray:
        """Predicted classes, int64 [M, N]."""
        return self.resolve(self.probabilities.argmax(axis=2))

    def resolve(self, predicted: np.ndarray) -> np.ndarray:
        """Replace predictions int [..., N] that count as right by the label."""
        return predicted

    @property
    def merged_probabilities(self) -> np.ndarray:
        """float32 [M, N, 10]: the label has the probability of all classes that count as right."""
        return self.probabilities

    @cached_property
    def confusions(self) -> np.ndarray:
        """Confusion matrices, int64 [M, 10, 10]: counts by [true class, predicted class]."""
        return np.stack(
            [metrics.confusion_matrix(self.labels, predicted) for predicted in self.predictions]
        )

    @cached_property
    def accuracies(self) -> np.ndarray:
        """[M]."""
        return (self.predictions == self.labels).mean(axis=1)


def load_runs(runs: Sequence[RunSummary]) -> list[ComparedRun]:
    """Load the predictions of finished runs; raises `RunError` if one cannot be compared."""
    names = summary.unique_names(list(runs))
    return [
        ComparedRun(summary=run, name=name, predictions=load_checked_predictions(run))
        for run, name in zip(runs, names, strict=True)
    ]


def load_checked_predictions(run: RunSummary) -> Predictions:
    """Load a run's predictions and check them against its report; raises `RunError`."""
    if run.report is None:
        raise RunError(f"Run {run.id} is {run.state}: only finished runs can be compared.")
    stored = predictions.load_predictions(run.run)
    if len(stored.labels) != run.report.num_test:
        raise RunError(
            f"Run {run.id} is damaged: {run.run.predictions_file.name} has predictions for "
            f"{len(stored.labels):,} images, but its report is about {run.report.num_test:,}."
        )
    accuracy = float((stored.probabilities.argmax(axis=1) == stored.labels).mean())
    if abs(accuracy - run.report.test_accuracy) > ACCURACY_TOLERANCE:
        raise RunError(
            f"Run {run.id} is damaged: its stored predictions have an accuracy of {accuracy:.2%}, "
            f"but its report says {run.report.test_accuracy:.2%}."
        )
    return stored


def group_by_test_set(runs: Sequence[ComparedRun]) -> list[list[ComparedRun]]:
    """Group the runs that were tested on the same images, the largest group first."""
    groups: dict[tuple[str, str], list[ComparedRun]] = {}
    for run in runs:
        groups.setdefault(run.test_set, []).append(run)
    return sorted(groups.values(), key=len, reverse=True)
