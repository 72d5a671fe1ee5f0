"""Measure how often marked predictions are wrong, by where the image comes from.

A mark earns its place where most of the marked predictions are wrong. Compared are the mark of the
pages, by confidence (`serving.ood_limits`), and the distance in feature space.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fmnist_core.bench import synthetic_ood
from fmnist_core.bench.photographs import read_labels
from fmnist_core.bench.synthetic_sketches import draw_outline
from fmnist_core.data import datasets
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import sketch
from fmnist_core.runs import store
from fmnist_core.serving import ood_limits
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.ood_limits import ImageOrigin
from fmnist_core.serving.photo_preprocessing import preprocess_photo
from fmnist_core.serving.predictor import PredictionBatch, Predictor

OTHER_DRAWINGS = ("handwritten digits", "letters", "scribbles", "shapes")
"""Kinds of `synthetic_ood` that somebody may draw."""
BATCH_SIZE = 500


@dataclass(frozen=True, kw_only=True)
class Images:
    """Images from one source, and the classes that are right for each."""

    title: str
    origin: ImageOrigin
    pixels: np.ndarray
    """uint8 [N, 28, 28]."""
    accepted: Sequence[frozenset[int]]
    """Empty for an image without a garment of the ten classes: every prediction is wrong."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "photographs", nargs="?", type=Path, metavar="FOLDER",
        help="real photos: a folder with labels.csv (file, accepted classes: '2|4', or empty)",
    )  # fmt: skip
    parser.add_argument("--images", type=int, default=1000, help="of each kind (default 1000)")
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp", "resnet50"], metavar="RUN",
        help="finished runs with an OOD detector",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the percentages of wrong predictions among marked and unmarked ones."""
    sources = list(_sources(arguments))
    by_confidence, by_distance = [], []
    for name in arguments.runs:
        model = MODEL_CACHE.get(store.get_run(name))
        for images in sources:
            batches = _predict(model, images.pixels)
            probabilities = np.concatenate([batch.probabilities for batch in batches])
            is_wrong = np.array(
                [
                    int(predicted) not in accepted
                    for predicted, accepted in zip(
                        probabilities.argmax(axis=1), images.accepted, strict=True
                    )
                ]
            )
            row = {"run": name, "images": images.title, "number": len(is_wrong)}
            marked = ood_limits.is_unsure(probabilities, images.origin)
            by_confidence.append(row | _percentages(is_wrong, marked))
            far = np.concatenate([batch.is_ood for batch in batches])
            by_distance.append(row | _percentages(is_wrong, far))
    return {
        "marked by confidence, percent": by_confidence,
        "marked by distance, percent": by_distance,
    }


def _percentages(is_wrong: np.ndarray, marked: np.ndarray) -> dict[str, float | None]:
    def mean(values: np.ndarray) -> float | None:
        return 100 * float(values.mean()) if values.size else None

    return {
        "marked": mean(marked),
        "wrong": mean(is_wrong),
        "wrong if marked": mean(is_wrong[marked]),
        "wrong if not": mean(is_wrong[~marked]),
    }


def _predict(model: Predictor, pixels: np.ndarray) -> list[PredictionBatch]:
    starts = range(0, len(pixels), BATCH_SIZE)
    return [model.predict(pixels[start : start + BATCH_SIZE]) for start in starts]


def _sources(arguments: argparse.Namespace) -> Iterator[Images]:
    images, labels = datasets.load_test_set("fashion-mnist")
    indices = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]
    accepted = [frozenset([int(label)]) for label in labels[indices]]
    yield Images(
        title="test images", origin="test image", pixels=images[indices], accepted=accepted
    )

    def draw_all(draw: Callable[[np.random.Generator, np.ndarray], np.ndarray]) -> np.ndarray:
        return np.stack(
            [draw(np.random.default_rng([arguments.seed, i]), images[i]) for i in indices]
        )

    outlines = draw_all(lambda rng, image: sketch.preprocess_sketch(draw_outline(image, rng)).image)
    yield Images(title="outlines", origin="drawing", pixels=outlines, accepted=accepted)
    for kind in OTHER_DRAWINGS:
        pixels = draw_all(synthetic_ood.KINDS[kind])
        yield Images(
            title=kind, origin="drawing", pixels=pixels, accepted=[frozenset()] * len(pixels)
        )
    if arguments.photographs:
        yield _read_photos(arguments.photographs)


def _read_photos(folder: Path) -> Images:
    """Read the photos in which a garment is found; raises `DataError` without `labels.csv`."""
    pixels, accepted = [], []
    for item in read_labels(folder):
        try:
            preprocessed = preprocess_photo(item.decode())
        except DataError:
            continue
        if preprocessed.found_garment:
            pixels.append(preprocessed.image)
            accepted.append(item.accepted)
    if not pixels:
        raise DataError(f"{folder} has no photo in which a garment is found.")
    return Images(title="photos", origin="photo", pixels=np.stack(pixels), accepted=accepted)
