"""Runs that answered the same test images, ready to be compared: arrays, names and colours."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.errors import RunError
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs import predictions, summary
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.report import Report
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.recipe import Recipe

ROUNDING = 0.002
"""Of an accuracy: answers are stored in 16 bits, in which two classes may come out alike."""
MAX_COMPARED = 6
"""Runs that can be compared at once."""


@dataclass(frozen=True, kw_only=True)
class ComparedRun:
    """A finished run with its stored answers."""

    row: RunSummary
    name: str
    """In legends and sentences, no two alike."""
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
    def tested_on(self) -> tuple[str, str]:
        """The data set, and a fingerprint of the labels it was measured by."""
        labels = self.predictions.labels
        return self.report.data, hashlib.sha256(labels.tobytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """At least one entrant, all tested on the same images."""

    runs: tuple[ComparedRun, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(entrant.name for entrant in self.runs)

    @property
    def data(self) -> DatasetKey:
        return self.runs[0].report.data

    @cached_property
    def labels(self) -> np.ndarray:
        """True classes, int64 [N]."""
        return self.runs[0].predictions.labels

    @cached_property
    def probabilities(self) -> np.ndarray:
        """float32 [M, N, 10]."""
        return np.stack([entrant.predictions.probabilities for entrant in self.runs])

    @cached_property
    def predictions(self) -> np.ndarray:
        """Classes, int64 [M, N]."""
        return self.probabilities.argmax(axis=2)

    @cached_property
    def confusions(self) -> np.ndarray:
        """Counts int64 [M, 10, 10], [true class, answer]."""
        return np.stack([metrics.confusion_matrix(self.labels, each) for each in self.predictions])

    @cached_property
    def accuracies(self) -> np.ndarray:
        """[M]."""
        return (self.predictions == self.labels).mean(axis=1)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Places of every two runs, in order."""
        count = len(self.runs)
        return ((first, second) for first in range(count) for second in range(first + 1, count))


def load_runs(rows: Sequence[RunSummary]) -> list[ComparedRun]:
    """Finished runs with what they answered; raises `RunError` for one that cannot be compared."""
    names = summary.unique_names(list(rows))
    return [
        ComparedRun(summary=row, name=name, predictions=load_predictions(row))
        for row, name in zip(rows, names, strict=True)
    ]


def load_predictions(row: RunSummary) -> Predictions:
    """What a run answered, as its report says; raises `RunError`."""
    if row.report is None:
        raise RunError(f"Run {row.id} is {row.state}: only finished runs can be compared.")
    stored = predictions.load(row.run)
    if len(stored.labels) != row.report.num_test:
        raise RunError(
            f"Run {row.id} is damaged: {row.run.predictions_file.name} has answers to "
            f"{len(stored.labels):,} images, and its report speaks of {row.report.num_test:,}."
        )
    achieved = float((stored.probabilities.argmax(axis=1) == stored.labels).mean())
    if abs(achieved - row.report.test_accuracy) > ROUNDING:
        raise RunError(
            f"Run {row.id} is damaged: its stored answers are right on {achieved:.2%} of the test "
            f"images, and its report says {row.report.test_accuracy:.2%}."
        )
    return stored


def group_by_test_set(runs: Sequence[ComparedRun]) -> list[list[ComparedRun]]:
    """Those tested on the same images together, the largest group first."""
    groups: dict[tuple[str, str], list[ComparedRun]] = {}
    for entrant in runs:
        groups.setdefault(entrant.tested_on, []).append(entrant)
    return sorted(groups.values(), key=len, reverse=True)


def class_index(name: str) -> int:
    """The number of a class by its name."""
    return CLASSES.index(name)
