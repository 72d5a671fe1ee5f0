"""Measure inference latency, with random weights: they take as long as trained ones."""

import json
import statistics
import sys
import time

import torch

from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.inference import predict_probabilities
from fmnist_core.training import devices, measurement_cache
from fmnist_core.training.latency import Latency, latency_file
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.state import build_model

WARM_UP = 3
MAX_PREDICTIONS = 50
MEASURE_SECONDS = 1.0


def measure(recipe: Recipe) -> Latency:
    """Time one prediction after another, each for one image of uint8 pixels."""
    torch.set_num_threads(devices.usable_threads())
    device = devices.select_device(recipe.changed(device="auto"))
    model = build_model(recipe, device)
    image = torch.zeros(1, IMAGE_SIZE, IMAGE_SIZE, dtype=torch.uint8, device=device)
    durations: list[float] = []
    first_start = time.perf_counter()
    while len(durations) < WARM_UP + 2 or (
        len(durations) < MAX_PREDICTIONS and time.perf_counter() - first_start < MEASURE_SECONDS
    ):
        start = time.perf_counter()
        predict_probabilities(model, image, input_spec=recipe.input_spec)
        devices.synchronize(device)
        durations.append(time.perf_counter() - start)
    return Latency(
        milliseconds=1000 * statistics.median(durations[WARM_UP:]),
        device=devices.device_name(device),
    )


def main() -> None:
    """Measure the recipes given on standard input as a JSON list, and store each latency."""
    try:
        for values in json.load(sys.stdin):
            recipe = Recipe.parse(values)
            measurement_cache.save(latency_file(recipe), measure(recipe))
    except (LabError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
