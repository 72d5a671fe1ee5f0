"""Measure out-of-distribution detection, by distance in feature space and by confidence."""

import argparse
from collections.abc import Callable, Iterable

import numpy as np
from sklearn.metrics import roc_auc_score

from fmnist_core.bench.synthetic_ood import KINDS
from fmnist_core.data import datasets
from fmnist_core.errors import RunError
from fmnist_core.runs import store
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.predictor import PredictionBatch

Score = Callable[[PredictionBatch], np.ndarray]
LABELS = {"said to be unlike training, percent": "flagged as out of distribution, percent"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=300, help="images of each kind (default 300)")
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp", "vit-tiny", "resnet50"], metavar="RUN",
        help="finished runs with an OOD detector",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the percentage flagged as OOD for each kind, and areas under the ROC curve."""
    images, _ = datasets.load_test_set("fashion-mnist")
    indices = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]
    ood_images = {
        kind: np.stack(
            [
                make(np.random.default_rng([arguments.seed, number, index]), images[index])
                for index in indices
            ]
        )
        for number, (kind, make) in enumerate(KINDS.items())
    }
    detection_rates, areas = [], []
    for name in arguments.runs:
        model = MODEL_CACHE.get(store.get_run(name))
        in_distribution = model.predict(images[indices])
        if in_distribution.ood_scores is None:
            raise RunError(
                f"Run {name} has no OOD detector; run `python -m fmnist_core evaluate {name}`."
            )
        ood = {kind: model.predict(batch) for kind, batch in ood_images.items()}
        detection_rates.append(
            {"run": name, "test images": 100 * float(in_distribution.is_ood.mean())}
            | {kind: 100 * float(batch.is_ood.mean()) for kind, batch in ood.items()}
        )
        areas.append(
            {
                "run": name,
                "by distance": _roc_area(in_distribution, ood.values(), _ood_scores),
                "by confidence": _roc_area(in_distribution, ood.values(), _uncertainty),
            }
        )
    return {
        "said to be unlike training, percent": detection_rates,
        "mean area under ROC curve": areas,
    }


def _ood_scores(batch: PredictionBatch) -> np.ndarray:
    assert batch.ood_scores is not None
    return batch.ood_scores


def _uncertainty(batch: PredictionBatch) -> np.ndarray:
    """Score by confidence alone (Hendrycks and Gimpel 2016, arXiv:1610.02136)."""
    return -batch.probabilities.max(axis=1)


def _roc_area(
    in_distribution: PredictionBatch, ood: Iterable[PredictionBatch], score: Score
) -> float:
    """Mean over the kinds of the probability that an OOD image scores above a test image."""
    areas = []
    for batch in ood:
        scores = np.concatenate([score(in_distribution), score(batch)])
        is_ood = np.repeat([0, 1], [len(in_distribution.probabilities), len(batch.probabilities)])
        areas.append(roc_auc_score(is_ood, scores))
    return float(np.mean(areas))
