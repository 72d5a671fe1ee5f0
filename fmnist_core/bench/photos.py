"""Measure accuracy lost on photos of test images, compared with simpler preprocessing."""

import argparse
import time
from collections.abc import Callable, Mapping

import cv2
import numpy as np
import torch

from fmnist_core.bench.synthetic_photos import (
    KINDS,
    PLAIN_KINDS,
    TEXTURED_KINDS,
    TINTED_KINDS,
    make_photo,
)
from fmnist_core.data import datasets
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.inference import predict_probabilities
from fmnist_core.preprocessing import authors_conversion, image_io
from fmnist_core.runs import store, weights
from fmnist_core.serving.photo_preprocessing import preprocess_photo

Preprocess = Callable[[np.ndarray], np.ndarray]
OURS = "photo path"
LABELS = {
    "ground": "background",
    OURS: "our preprocessing",
    "textured ground (goal under 10)": "textured background (goal under 10)",
    "points lost": "percentage points of accuracy lost",
    "points lost by the photo path, mean": "percentage points lost by our preprocessing, mean",
    "photographs in which no garment was found": "photos in which no garment was found",
    "seconds a photograph, all ways together": "seconds per photo, all methods together",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=1000, help="test images (default 1000)")
    parser.add_argument("--run", default="cnn", help="a finished run (default: the example CNN)")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return percentage points of accuracy lost for each background and method."""
    finished_run = store.get_run(arguments.run)
    model, input_spec = weights.load_model(finished_run)
    images, labels = datasets.load_test_set("fashion-mnist")
    indices = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]

    def accuracy(inputs: list[np.ndarray]) -> float:
        batch = torch.from_numpy(np.stack(inputs))
        predictions = predict_probabilities(model, batch, input_spec=input_spec).argmax(dim=1)
        return float((predictions.numpy() == labels[indices]).mean())

    original_accuracy = accuracy([images[index] for index in indices])
    lost: list[dict[str, object]] = []
    num_missed = 0
    start = time.perf_counter()
    for number, kind in enumerate(KINDS):
        preprocessed: dict[str, list[np.ndarray]] = {key: [] for key in (OURS, *SIMPLER_METHODS)}
        for index in indices:
            rng = np.random.default_rng([arguments.seed, number, int(index)])
            image = image_io.decode_image(make_photo(images[index], kind, rng), name="photo")
            result = preprocess_photo(image)
            num_missed += not result.found_garment
            preprocessed[OURS].append(result.image)
            for method, preprocess in SIMPLER_METHODS.items():
                preprocessed[method].append(preprocess(image))
        points = {
            method: 100 * (original_accuracy - accuracy(inputs))
            for method, inputs in preprocessed.items()
        }
        lost.append({"ground": kind, **points})
    seconds = (time.perf_counter() - start) / (len(KINDS) * len(indices))
    return {
        "accuracy on the originals": original_accuracy,
        "textured ground (goal under 10)": "textured background (goal under 10)",
        "points lost": lost,
        "points lost by the photo path, mean": {
            name: float(np.mean([row[OURS] for row in lost if row["ground"] in kinds]))
            for name, kinds in BACKGROUND_GROUPS.items()
        },
        "photographs in which no garment was found": num_missed,
        "seconds a photograph, all ways together": seconds,
    }


BACKGROUND_GROUPS: Mapping[str, tuple[str, ...]] = {
    "plain paper (goal under 1)": PLAIN_KINDS,
    "tinted paper, uneven light, EXIF (goal under 3)": TINTED_KINDS,
    "textured ground (goal under 10)": TEXTURED_KINDS,
}


def _resize(image: np.ndarray) -> np.ndarray:
    """Resize only, as most demos do: proportions, position and polarity are kept."""
    square = cv2.resize(image, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA)
    return authors_conversion.to_grayscale(square)


def resize_and_invert(image: np.ndarray) -> np.ndarray:
    """Resize a photo, RGB uint8 [H, W, 3], and invert it, as demos that know the polarity do."""
    return 255 - _resize(image)


def trim_and_invert(image: np.ndarray) -> np.ndarray:
    """Trim by the corners' colors, center and negate: the authors' conversion of any photo."""
    trimmed = authors_conversion.trim(image)
    scale = IMAGE_SIZE / max(trimmed.shape[:2])
    height, width = (max(1, round(edge * scale)) for edge in trimmed.shape[:2])
    small = cv2.resize(trimmed, (width, height), interpolation=cv2.INTER_AREA)
    return authors_conversion.to_grayscale(
        authors_conversion.negate(authors_conversion.extend(small))
    )


SIMPLER_METHODS: Mapping[str, Preprocess] = {
    "resized": _resize,
    "resized and inverted": resize_and_invert,
    "trimmed, centered, inverted": trim_and_invert,
}
