"""How quick heatmaps are beside the library called directly, and whether many of them leak."""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
import psutil
import torch
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from fmnist_core.attribution import average, explainer
from fmnist_core.attribution.target import Target
from fmnist_core.attribution.methods import METHODS
from fmnist_core.bench.timing import median_ratio
from fmnist_core.data import datasets
from fmnist_core.data.transforms import to_inputs
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.predictor import Predictor
from fmnist_core.training import devices

SIDE_BY_SIDE = ("gradcam", "gradcam++", "hirescam", "layercam", "eigencam", "scorecam")
CLASS_IMAGES = 100
SHIRT = 6
WARM_UP = 50
"""Maps before memory is measured: allocators take their share first."""
QUICK = ("gradcam", "gradcam++", "hirescam", "layercam", "eigencam", "guided", "input-gradient")
"""Methods whose maps are made in a row for the memory."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", type=int, default=20, help="maps of each contestant")
    parser.add_argument("--maps", type=int, default=500, help="maps in a row for the memory")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Milliseconds and seconds are medians; the library's part makes the same map."""
    torch.set_num_threads(devices.usable_threads())
    images, labels = datasets.load_test_set("fashion-mnist")
    models = {
        key: MODEL_CACHE.get(zoo.get_checkpoint(key)) for key in ("cnn", "resnet50", "vit-tiny")
    }
    contestants = {
        f"{key} {who}": make(loaded)
        for key, loaded in models.items()
        for who, make in {"here": _here, "library": _library}.items()
    }
    told = _interleaved(contestants, images, turns=arguments.turns)
    medians = {name: 1000 * statistics.median(seconds) for name, seconds in told.items()}
    return {
        "device": devices.device_name(next(models["cnn"].model.parameters()).device),
        "grad-cam, ms": medians,
        "here / library": {
            key: median_ratio(told[f"{key} here"], told[f"{key} library"]) for key in models
        },
        "six methods on the CNN, s": _six(models["cnn"], images, turns=arguments.turns),
        "average of 100 images with the CNN, s": _average(images, labels),
        "memory": _memory(models["cnn"], images, number=arguments.maps),
    }


def _here(loaded: Predictor) -> Callable[[np.ndarray], object]:
    """What the page and the command line call."""
    target = Target(label=SHIRT)
    return lambda image: explainer.explain(loaded, image, method=METHODS["gradcam"], target=target)


def _library(loaded: Predictor) -> Callable[[np.ndarray], object]:
    """What its own readme shows: hooks put on and taken off for each map."""
    layer = explainer.get_layer(loaded, None)
    module = loaded.model.get_submodule(layer.name)

    def explain(image: np.ndarray) -> object:
        inputs = to_inputs(torch.from_numpy(image.copy())[None], loaded.input_spec)
        with GradCAM(loaded.model, [module], reshape_transform=layer.reshape_transform()) as cam:
            found = cam(inputs, [ClassifierOutputTarget(SHIRT)])
        loaded.model.zero_grad()
        return found

    return explain


def _interleaved(
    contestants: Mapping[str, Callable[[np.ndarray], object]], images: np.ndarray, *, turns: int
) -> dict[str, list[float]]:
    """Seconds of each in each of its turns; the first warms up and is not counted."""
    told: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(turns + 1):
        for name, explain in contestants.items():
            began = time.perf_counter()
            explain(images[turn])
            if turn:
                told[name].append(time.perf_counter() - began)
        print(f"maps: {turn} of {turns}", file=sys.stderr)
    return told


def _six(loaded: Predictor, images: np.ndarray, *, turns: int) -> float:
    """All after one another, as the page asks for them."""
    seconds = []
    for image in images[: turns // 4 + 1]:
        began = time.perf_counter()
        for key in SIDE_BY_SIDE:
            explainer.explain(loaded, image, method=METHODS[key], target=Target(label=SHIRT))
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _average(images: np.ndarray, labels: np.ndarray) -> float:
    """As the page works it out, five maps at a time."""
    run = zoo.get_checkpoint("cnn")
    indices = tuple(map(int, np.nonzero(labels == SHIRT)[0][:CLASS_IMAGES]))
    wanted = average.AverageKey(
        run=run, weights_version=run.weights_version(), method=METHODS["gradcam"],
        target=Target(label=SHIRT), data="fashion-mnist", indices=indices,
    )  # fmt: skip
    work = average.AverageJob(wanted)
    began = time.perf_counter()
    while not work.is_finished:
        work.advance(images)
    return time.perf_counter() - began


def _memory(loaded: Predictor, images: np.ndarray, *, number: int) -> dict[str, float]:
    """Growth of the process over so many maps in a row, by seven methods in turn."""
    process = psutil.Process()

    def some(first: int, last: int) -> float:
        for turn in range(first, last):
            method = METHODS[QUICK[turn % len(QUICK)]]
            explainer.explain(loaded, images[turn], method=method, target=Target(label=turn % 10))
        gc.collect()
        return process.memory_info().rss / 1e6

    before = some(0, WARM_UP)
    after = some(WARM_UP, WARM_UP + number)
    return {"maps": number, "MB before": before, "MB grown": after - before}
