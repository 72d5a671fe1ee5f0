"""What a model loses when test images come as photographs, beside plainer ways to prepare them."""

import argparse
import time
from collections.abc import Callable, Mapping

import cv2
import numpy as np
import torch

from fmnist_core.bench.synthetic_photos import KINDS, PLAIN, TEXTURED, TINTED, photograph
from fmnist_core.data import datasets
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.inference import predict
from fmnist_core.preprocessing import authors_conversion, image_io, photo
from fmnist_core.runs import store, weights

Way = Callable[[np.ndarray], np.ndarray]
OURS = "photo path"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=1000, help="test images (default 1000)")
    parser.add_argument("--run", default="cnn", help="a finished run (default the CNN that ships)")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Points of accuracy lost on each ground, by each way."""
    run_ = store.find_run(arguments.run)
    model, input_spec = weights.load_model(run_)
    images, labels = datasets.load_test_set("fashion-mnist")
    chosen = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]

    def accuracy(seen: list[np.ndarray]) -> float:
        answers = predict(model, torch.from_numpy(np.stack(seen)), input_spec=input_spec).argmax(
            dim=1
        )
        return float((answers.numpy() == labels[chosen]).mean())

    whole = accuracy([images[index] for index in chosen])
    lost: list[dict[str, object]] = []
    missed, began = 0, time.perf_counter()
    for number, kind in enumerate(KINDS):
        seen: dict[str, list[np.ndarray]] = {way: [] for way in WAYS}
        for index in chosen:
            rng = np.random.default_rng([arguments.seed, number, int(index)])
            picture = image_io.decode_image(photograph(images[index], kind, rng), name="a photograph")
            for way, prepare in WAYS.items():
                seen[way].append(prepare(picture))
        missed += sum(not image.any() for image in seen[OURS])
        points = {way: 100 * (whole - accuracy(prepared)) for way, prepared in seen.items()}
        lost.append({"ground": kind, **points})
    seconds = (time.perf_counter() - began) / (len(KINDS) * len(chosen))
    return {
        "accuracy on the originals": whole,
        "points lost": lost,
        "points lost by the photo path, mean": {
            name: float(np.mean([row[OURS] for row in lost if row["ground"] in kinds]))
            for name, kinds in GROUPS.items()
        },
        "photographs in which no garment was found": missed,
        "seconds a photograph, all ways together": seconds,
    }


GROUPS: Mapping[str, tuple[str, ...]] = {
    "plain paper (goal under 1)": PLAIN,
    "tinted paper, uneven light, EXIF (goal under 3)": TINTED,
    "textured ground (goal under 10)": TEXTURED,
}


def _ours(picture: np.ndarray) -> np.ndarray:
    try:
        return photo.preprocess_photo(picture).image
    except DataError:
        return np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)


def _resized(picture: np.ndarray) -> np.ndarray:
    """What most demonstrations do: proportions, place and polarity as they come."""
    square = cv2.resize(picture, (IMAGE_SIZE, IMAGE_SIZE), interpolation=cv2.INTER_AREA)
    return authors_conversion.to_grayscale(square)


def _inverted(picture: np.ndarray) -> np.ndarray:
    return 255 - _resized(picture)


def _trimmed(picture: np.ndarray) -> np.ndarray:
    """Trimmed by the corners' colours, centred and negated: the authors' way on any photograph."""
    cut = authors_conversion.trim(picture)
    scale = IMAGE_SIZE / max(cut.shape[:2])
    width, height = (max(1, round(edge * scale)) for edge in (cut.shape[1], cut.shape[0]))
    small = cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA)
    return authors_conversion.to_grayscale(authors_conversion.negate(authors_conversion.extend(small)))


WAYS: Mapping[str, Way] = {
    OURS: _ours,
    "resized": _resized,
    "resized and inverted": _inverted,
    "trimmed, centred, inverted": _trimmed,
}
