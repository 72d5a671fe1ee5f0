"""How well models notice what is no garment, by distance in features and by confidence alone."""

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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=300, help="of each kind (default 300)")
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp", "vit-tiny", "resnet50"], metavar="RUN",
        help="finished runs that tell it",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Percent of each kind that is said to be unlike training, and areas under the ROC curve."""
    images, _ = datasets.load_test_set("fashion-mnist")
    chosen = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]
    shown = {
        kind: np.stack(
            [
                make(np.random.default_rng([arguments.seed, number, index]), images[index])
                for index in chosen
            ]
        )
        for number, (kind, make) in enumerate(KINDS.items())
    }
    noticed, areas = [], []
    for name in arguments.runs:
        model = MODEL_CACHE.get(store.find_run(name))
        known = model.predict(images[chosen])
        if known.distances is None:
            raise RunError(
                f"Run {name} has no measure of it: python -m fmnist_core evaluate {name}."
            )
        said = {kind: model.predict(seen) for kind, seen in shown.items()}
        noticed.append(
            {"run": name, "test images": 100 * float(known.is_ood.mean())}
            | {kind: 100 * float(answers.is_ood.mean()) for kind, answers in said.items()}
        )
        areas.append(
            {
                "run": name,
                "by distance": _area(known, said.values(), _distances),
                "by confidence": _area(known, said.values(), _doubts),
            }
        )
    return {"said to be unlike training, percent": noticed, "mean area under ROC curve": areas}


def _distances(answers: PredictionBatch) -> np.ndarray:
    assert answers.distances is not None
    return answers.distances


def _doubts(answers: PredictionBatch) -> np.ndarray:
    """What the confidence alone says (Hendrycks and Gimpel 2016, arXiv:1610.02136)."""
    return -answers.probabilities.max(axis=1)


def _area(known: PredictionBatch, said: Iterable[PredictionBatch], score: Score) -> float:
    """The chance that something unlike training scores above a test image, mean of the kinds."""
    areas = []
    for answers in said:
        scores = np.concatenate([score(known), score(answers)])
        is_other = np.repeat([0, 1], [len(known.probabilities), len(answers.probabilities)])
        areas.append(roc_auc_score(is_other, scores))
    return float(np.mean(areas))
