"""Measure how long models take for one answer; the weights are random, which takes as long."""

import json
import statistics
import sys
import time

import torch

from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.inference import predict
from fmnist_core.training import devices, measurement_cache
from fmnist_core.training.latency import Latency, latency_file
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model

WARM_UP = 3
MAX_PREDICTIONS = 50
MEASURE_SECONDS = 1.0


def measure(recipe: Recipe) -> Latency:
    """Ask for one answer after another, each from uint8 pixels, one image at a time."""
    torch.set_num_threads(devices.usable_threads())
    device = devices.select_device(recipe.changed(device="auto"))
    model = build_model(recipe, device)
    image = torch.zeros(1, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=device)
    seconds: list[float] = []
    began = time.perf_counter()
    while len(seconds) < WARM_UP + 2 or (
        len(seconds) < MAX_PREDICTIONS and time.perf_counter() - began < MEASURE_SECONDS
    ):
        start = time.perf_counter()
        predict(model, image, input_spec=recipe.input_spec)
        devices.synchronize(device)
        seconds.append(time.perf_counter() - start)
    return Latency(
        milliseconds=1000 * statistics.median(seconds[WARM_UP:]),
        device=devices.device_name(device),
    )


def main() -> None:
    """Measure the recipes that standard input holds as a JSON list, and keep each figure."""
    try:
        for values in json.load(sys.stdin):
            recipe = Recipe.parse(values)
            measurement_cache.save(latency_file(recipe), measure(recipe))
    except (LabError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
