"""How often each method's heatmaps are found faithful, and random blobs in their place."""

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

BLOB = "random blob"
BLOB_EDGE = 7
"""A blob is as coarse as the map of a usual layer."""
ASKED = ("gradcam", "hirescam", "eigencam", "guided", "input-gradient", "occlusion", BLOB)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp"], metavar="RUN", help="finished runs"
    )
    parser.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Maps by their verdict, for what the model answers, and milliseconds of a measurement."""
    torch.set_num_threads(devices.usable_threads())
    images, _ = datasets.load_test_set("fashion-mnist")
    rng = np.random.default_rng(arguments.seed)
    chosen = rng.choice(len(images), arguments.images, replace=False)
    rows = []
    for name in arguments.runs:
        loaded = MODEL_CACHE.get(store.get_run(name))
        for key in ASKED:
            print(f"{name}: {key}", file=sys.stderr)
            if (row := _row(loaded, key, images[chosen])) is not None:
                rows.append({"run": name, "method": key, **row})
    return {"images": arguments.images, "verdicts": rows}


def _row(loaded: Predictor, key: str, images: np.ndarray) -> dict[str, object] | None:
    """`None` for a method that the model does not allow."""
    levels: Counter[str] = Counter()
    seconds = []
    for number, image in enumerate(images):
        answer = int(loaded.predict(image[None]).probabilities[0].argmax())
        target = Target(label=answer)
        method = METHODS["occlusion" if key == BLOB else key]
        try:
            found = (
                _blob(number, loaded.input_spec.size)
                if key == BLOB
                else explainer.explain(loaded, image, method=method, target=target)
            )
        except ModelError:
            return None
        if found.problem:
            levels["empty"] += 1
            continue
        began = time.perf_counter()
        measured = faithfulness.measure_faithfulness(
            loaded.model, loaded.input_spec, image, found, method=method, target=target
        )
        seconds.append(time.perf_counter() - began)
        levels[judge(measured).level] += 1
    milliseconds = 1000 * statistics.median(seconds) if seconds else None
    kinds = ("faithful", "doubtful", "not faithful", "empty")
    return {**{kind: levels[kind] for kind in kinds}, "ms": milliseconds}


def _blob(seed: int, size: int) -> Heatmap:
    """A smooth map that knows nothing of model or picture."""
    grid = np.random.default_rng(seed).uniform(size=(BLOB_EDGE, BLOB_EDGE)).astype(np.float32)
    values = cv2.resize(grid, (size, size), interpolation=cv2.INTER_LINEAR)
    return Heatmap(grid=grid, values=values, layer=None)
