"""Measure how often each method's heatmaps are faithful, compared with random blobs."""

import argparse
import statistics
import sys
import time
from collections import Counter

import cv2
import numpy as np
import torch

from fmnist_core.attribution import explainer, faithfulness
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.attribution.verdict import judge
from fmnist_core.data import datasets
from fmnist_core.errors import ModelError
from fmnist_core.runs import store
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.predictor import Predictor
from fmnist_core.training import devices

RANDOM_BLOB = "random blob"
BLOB_EDGE = 7
"""Blobs are as coarse as the heatmap of a typical layer."""
METHOD_KEYS = (
    "gradcam",
    "hirescam",
    "eigencam",
    "guided",
    "input-gradient",
    "occlusion",
    RANDOM_BLOB,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp"], metavar="RUN", help="finished runs"
    )
    parser.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the number of heatmaps per verdict and the milliseconds of a measurement."""
    torch.set_num_threads(devices.usable_threads())
    images, _ = datasets.load_test_set("fashion-mnist")
    rng = np.random.default_rng(arguments.seed)
    indices = rng.choice(len(images), arguments.images, replace=False)
    rows = []
    for name in arguments.runs:
        predictor = MODEL_CACHE.get(store.get_run(name))
        for key in METHOD_KEYS:
            print(f"{name}: {key}", file=sys.stderr)
            if (row := _measure_method(predictor, key, images[indices])) is not None:
                rows.append({"run": name, "method": key, **row})
    return {"images": arguments.images, "verdicts": rows}


def _measure_method(predictor: Predictor, key: str, images: np.ndarray) -> dict[str, object] | None:
    """Count verdicts for one method; `None` if the model does not support it."""
    levels: Counter[str] = Counter()
    seconds = []
    for number, image in enumerate(images):
        predicted = int(predictor.predict(image[None]).probabilities[0].argmax())
        target = Target(label=predicted)
        method = METHODS["occlusion" if key == RANDOM_BLOB else key]
        try:
            heatmap = (
                _random_blob(number, predictor.input_spec.size)
                if key == RANDOM_BLOB
                else explainer.explain(predictor, image, method=method, target=target)
            )
        except ModelError:
            return None
        if heatmap.problem:
            levels["empty"] += 1
            continue
        start = time.perf_counter()
        measured = faithfulness.measure_faithfulness(
            predictor.model, predictor.input_spec, image, heatmap, method=method, target=target
        )
        seconds.append(time.perf_counter() - start)
        levels[judge(measured).level] += 1
    milliseconds = 1000 * statistics.median(seconds) if seconds else None
    kinds = ("faithful", "doubtful", "not faithful", "empty")
    return {**{kind: levels[kind] for kind in kinds}, "ms": milliseconds}


def _random_blob(seed: int, size: int) -> Heatmap:
    """A smooth random heatmap that depends on neither model nor image."""
    grid = np.random.default_rng(seed).uniform(size=(BLOB_EDGE, BLOB_EDGE)).astype(np.float32)
    values = cv2.resize(grid, (size, size), interpolation=cv2.INTER_LINEAR)
    return Heatmap(grid=grid, values=values, layer=None)
