"""What runs predicted for the test images, as they have stored it, read once for all sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.errors import LabError
from fmnist_core.runs import predictions
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.summary import RunSummary

MAX_COMPARED = 6


@dataclass(frozen=True, kw_only=True)
class SubsetAccuracy:
    """How often a run is right on some of the test images."""

    run: RunSummary
    accuracy: float
    """From 0 to 1."""


def get_probabilities(run: RunSummary, data: DatasetKey, labels: np.ndarray) -> np.ndarray | None:
    """A run's probabilities for the first test images, float32 [N, 10], with these labels [N].

    `None` if it was tested on other images, or if its predictions are missing or damaged.
    """
    if run.data != data:
        return None
    try:
        stored = _load(str(run.run.path), _version(run), run)
    except LabError:
        return None
    num_images = len(labels)
    if len(stored.labels) < num_images or not np.array_equal(stored.labels[:num_images], labels):
        return None
    return stored.probabilities[:num_images]


@st.cache_resource(max_entries=40, show_spinner=False)
def _load(path: str, version: int, _run: RunSummary) -> Predictions:  # noqa: ARG001
    return predictions.load_predictions(_run.run)


def _version(run: RunSummary) -> int:
    try:
        return run.run.predictions_file.stat().st_mtime_ns
    except OSError:
        return 0


def accuracies_on(
    runs: Sequence[RunSummary], data: DatasetKey, labels: np.ndarray, indices: np.ndarray
) -> list[SubsetAccuracy]:
    """The accuracy of the first few runs on the test images `indices`, the best first."""
    found = []
    for run in runs:
        probabilities = get_probabilities(run, data, labels)
        if probabilities is not None:
            is_right = probabilities[indices].argmax(axis=1) == labels[indices]
            found.append(SubsetAccuracy(run=run, accuracy=float(is_right.mean())))
        if len(found) == MAX_COMPARED:
            break
    return sorted(found, key=lambda one: -one.accuracy)
