"""Measure heatmap speed, compared with calling the library directly, and memory growth."""

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
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.bench.timing import median_ratio
from fmnist_core.data import datasets
from fmnist_core.data.transforms import to_inputs
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.predictor import Predictor
from fmnist_core.training import devices

COMPARED_METHODS = ("gradcam", "gradcam++", "hirescam", "layercam", "eigencam", "scorecam")
NUM_CLASS_IMAGES = 100
SHIRT = 6
NUM_WARM_UP = 50
"""Heatmaps before memory is measured, so that allocators have reached their size."""
FAST_METHODS = (
    "gradcam",
    "gradcam++",
    "hirescam",
    "layercam",
    "eigencam",
    "guided",
    "input-gradient",
)
"""Methods used to measure memory growth."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--turns", type=int, default=20, help="heatmaps of each candidate")
    parser.add_argument("--maps", type=int, default=500, help="heatmaps to measure memory growth")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return medians of the times; the library computes the same heatmaps."""
    torch.set_num_threads(devices.usable_threads())
    images, labels = datasets.load_test_set("fashion-mnist")
    models = {
        key: MODEL_CACHE.get(zoo.get_checkpoint(key)) for key in ("cnn", "resnet50", "vit-tiny")
    }
    candidates = {
        f"{key} {name}": make(predictor)
        for key, predictor in models.items()
        for name, make in {"here": _our_explainer, "library": _library_explainer}.items()
    }
    seconds = _measure_interleaved(candidates, images, turns=arguments.turns)
    medians = {name: 1000 * statistics.median(times) for name, times in seconds.items()}
    return {
        "device": devices.device_name(next(models["cnn"].model.parameters()).device),
        "grad-cam, ms": medians,
        "here / library": {
            key: median_ratio(seconds[f"{key} here"], seconds[f"{key} library"]) for key in models
        },
        "six methods on the CNN, s": _measure_six_methods(
            models["cnn"], images, turns=arguments.turns
        ),
        "average of 100 images with the CNN, s": _measure_average(images, labels),
        "memory": _measure_memory(models["cnn"], images, number=arguments.maps),
    }


def _our_explainer(predictor: Predictor) -> Callable[[np.ndarray], object]:
    """The function that the page and the command line call."""
    target = Target(label=SHIRT)
    return lambda image: explainer.explain(
        predictor, image, method=METHODS["gradcam"], target=target
    )


def _library_explainer(predictor: Predictor) -> Callable[[np.ndarray], object]:
    """The library as its readme shows it: hooks are added and removed for each heatmap."""
    layer = explainer.get_layer(predictor, None)
    module = predictor.model.get_submodule(layer.name)

    def explain(image: np.ndarray) -> object:
        inputs = to_inputs(torch.from_numpy(image.copy())[None], predictor.input_spec)
        with GradCAM(predictor.model, [module], reshape_transform=layer.reshape_transform()) as cam:
            heatmap = cam(inputs, [ClassifierOutputTarget(SHIRT)])
        predictor.model.zero_grad()
        return heatmap

    return explain


def _measure_interleaved(
    candidates: Mapping[str, Callable[[np.ndarray], object]], images: np.ndarray, *, turns: int
) -> dict[str, list[float]]:
    """Seconds of each candidate in each turn; the first turn is a warm-up and is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(turns + 1):
        for name, explain in candidates.items():
            start = time.perf_counter()
            explain(images[turn])
            if turn:
                seconds[name].append(time.perf_counter() - start)
        print(f"heatmaps: {turn} of {turns}", file=sys.stderr)
    return seconds


def _measure_six_methods(predictor: Predictor, images: np.ndarray, *, turns: int) -> float:
    """Median seconds for six methods in sequence, as on the page."""
    seconds = []
    for image in images[: turns // 4 + 1]:
        start = time.perf_counter()
        for key in COMPARED_METHODS:
            explainer.explain(predictor, image, method=METHODS[key], target=Target(label=SHIRT))
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def _measure_average(images: np.ndarray, labels: np.ndarray) -> float:
    """Seconds for an average heatmap, computed in steps as on the page."""
    run = zoo.get_checkpoint("cnn")
    indices = tuple(map(int, np.nonzero(labels == SHIRT)[0][:NUM_CLASS_IMAGES]))
    key = average.AverageKey(
        run=run, weights_version=run.weights_version(), method=METHODS["gradcam"],
        target=Target(label=SHIRT), data="fashion-mnist", indices=indices,
    )  # fmt: skip
    job = average.AverageJob(key)
    start = time.perf_counter()
    while not job.is_finished:
        job.advance(images)
    return time.perf_counter() - start


def _measure_memory(predictor: Predictor, images: np.ndarray, *, number: int) -> dict[str, float]:
    """Growth of the process's memory over `number` heatmaps by seven methods in turn."""
    process = psutil.Process()

    def memory_after(first: int, last: int) -> float:
        for turn in range(first, last):
            method = METHODS[FAST_METHODS[turn % len(FAST_METHODS)]]
            explainer.explain(
                predictor, images[turn], method=method, target=Target(label=turn % 10)
            )
        gc.collect()
        return process.memory_info().rss / 1e6

    before = memory_after(0, NUM_WARM_UP)
    after = memory_after(NUM_WARM_UP, NUM_WARM_UP + number)
    return {"maps": number, "MB before": before, "MB grown": after - before}
