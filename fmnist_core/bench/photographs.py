"""Measure accuracy on real photographs of clothes, beside simpler preprocessing.

The folder's `labels.csv` has the columns file, garment, accepted: the classes that count as right,
such as `2|4`; empty for a garment that is none of the ten.
"""

import argparse
import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from fmnist_core.bench.photos import resize_and_invert, trim_and_invert
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io, photo
from fmnist_core.preprocessing.authors_conversion import BACKGROUND_GRAY
from fmnist_core.runs import store
from fmnist_core.serving import ood_limits
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.serving.photo_preprocessing import preprocess_photo

Preprocess = Callable[[np.ndarray], tuple[np.ndarray, bool]]
"""From a photo, RGB uint8 [H, W, 3], to uint8 [28, 28] and whether a garment was found."""
CLOTHES = ("dress", "pants", "t-shirt", "outwear", "shirt", "longsleeve")
"""Garments of the ten classes that photos show as Fashion-MNIST does, unlike pairs of shoes."""
GRABCUT_EDGE = 200
BATCH_SIZE = 500


@dataclass(frozen=True, kw_only=True)
class LabeledPhoto:
    """A row of `labels.csv`."""

    path: Path
    garment: str
    """As the folder names it; empty if it doesn't."""
    accepted: frozenset[int]
    """Empty for a garment of none of the ten classes: every prediction is wrong."""

    def decode(self) -> np.ndarray:
        """Decode the photo to RGB uint8 [H, W, 3]; raises `DataError`."""
        return image_io.decode_image(image_io.read_file(self.path), name=self.path.name)


@dataclass(frozen=True, kw_only=True)
class Preprocessed:
    """The photos as one method preprocesses them."""

    images: list[np.ndarray] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)


def read_labels(folder: Path) -> list[LabeledPhoto]:
    """Read `labels.csv`; raises `DataError` if it is missing or lacks a column."""
    try:
        with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
            return [
                LabeledPhoto(
                    path=folder / row["file"],
                    garment=row.get("garment") or "",
                    accepted=frozenset(map(int, filter(None, row["accepted"].split("|")))),
                )
                for row in csv.DictReader(file)
            ]
    except (OSError, KeyError, ValueError, AttributeError) as error:
        raise DataError(f"{folder} has no labels.csv with the columns file, accepted.") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER",
        help="photos and labels.csv (file, garment, accepted classes: '2|4', or empty)",
    )  # fmt: skip
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "cnn-deep", "mlp"], metavar="RUN",
        help="finished runs (default: cnn cnn-deep mlp)",
    )  # fmt: skip
    parser.add_argument("--images", type=int, help="this many, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return accuracy by method, run and garment, and what each method costs; one core."""
    photos, preprocessed, unreadable = _preprocess_all(_choose(arguments))
    garments = np.array([item.garment for item in photos])
    groups = {"clothes": np.isin(garments, CLOTHES)} | {
        garment: garments == garment for garment in dict.fromkeys(garments.tolist())
    }
    accuracy, unsure = [], []
    for name in arguments.runs:
        for method, result in preprocessed.items():
            probabilities = _predict(name, result.images)
            predictions = probabilities.argmax(axis=1)
            is_right = np.array(
                [
                    int(label) in item.accepted
                    for label, item in zip(predictions, photos, strict=True)
                ]
            )
            row = {"run": name, "method": method}
            accuracy.append(row | _percentages(is_right, groups))
            if method == OURS:
                marked = ood_limits.is_unsure(probabilities, "photo")
                unsure.append({"run": name} | _percentages(marked, groups))
    costs = [
        {"method": method, "milliseconds": float(np.median(result.milliseconds))}
        | {
            f"no garment, {group}": value
            for group, value in _percentages(~np.array(result.found), groups).items()
        }
        for method, result in preprocessed.items()
    ]
    return {
        "photos": len(photos),
        "photos that cannot be read": unreadable,
        "accuracy in percent": accuracy,
        "marked as not sure, percent": unsure,
        "milliseconds per photo on one core, median, and no garment found, percent": costs,
    }


def _choose(arguments: argparse.Namespace) -> list[LabeledPhoto]:
    photos = read_labels(arguments.folder)
    if arguments.images is None:
        return photos
    order = np.random.default_rng(arguments.seed).permutation(len(photos))
    return [photos[index] for index in sorted(order[: arguments.images])]


def _preprocess_all(
    photos: Sequence[LabeledPhoto],
) -> tuple[list[LabeledPhoto], dict[str, Preprocessed], int]:
    """Preprocess the photos that can be read by every method; also counts the others."""
    results = {method: Preprocessed() for method in METHODS}
    readable = []
    num_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        for item in photos:
            try:
                pixels = item.decode()
            except DataError:
                continue
            readable.append(item)
            for method, preprocess in METHODS.items():
                start = time.perf_counter()
                image, found = preprocess(pixels)
                results[method].milliseconds.append(1000 * (time.perf_counter() - start))
                results[method].images.append(image)
                results[method].found.append(found)
    finally:
        cv2.setNumThreads(num_threads)
    if not readable:
        raise DataError("None of the photos in labels.csv can be read.")
    return readable, results, len(photos) - len(readable)


def _predict(name: str, images: Sequence[np.ndarray]) -> np.ndarray:
    """Probabilities of a run, [N, 10]."""
    model = MODEL_CACHE.get(store.get_run(name))
    starts = range(0, len(images), BATCH_SIZE)
    batches = [np.stack(images[start : start + BATCH_SIZE]) for start in starts]
    return np.concatenate([model.predict(batch).probabilities for batch in batches])


def _percentages(values: np.ndarray, groups: Mapping[str, np.ndarray]) -> dict[str, float | None]:
    return {
        name: 100 * float(values[members].mean()) if members.any() else None
        for name, members in groups.items()
    }


def _preprocess(image: np.ndarray) -> tuple[np.ndarray, bool]:
    preprocessed = preprocess_photo(image)
    return preprocessed.image, preprocessed.found_garment


def _resize_and_invert(image: np.ndarray) -> tuple[np.ndarray, bool]:
    return resize_and_invert(image), True


def _plain_grabcut(image: np.ndarray) -> tuple[np.ndarray, bool]:
    """GrabCut begun from an ellipse in the middle, the rest painted white: fifteen lines."""
    small = photo.shrink_to_edge(image, GRABCUT_EDGE)
    height, width = small.shape[:2]
    labels = np.full((height, width), cv2.GC_PR_BGD, dtype=np.uint8)
    center, axes = (width // 2, height // 2), (int(0.38 * width), int(0.38 * height))
    cv2.ellipse(labels, center, axes, 0, 0, 360, int(cv2.GC_PR_FGD), -1)
    border = max(2, int(0.04 * min(height, width)))
    labels[:border] = labels[-border:] = cv2.GC_BGD
    labels[:, :border] = labels[:, -border:] = cv2.GC_BGD
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    bgr = np.ascontiguousarray(small[..., ::-1])
    cv2.grabCut(bgr, labels, (0, 0, 1, 1), *models, 5, cv2.GC_INIT_WITH_MASK)
    mask = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD))
    on_white = np.where(mask[..., None], small, BACKGROUND_GRAY).astype(np.uint8)
    return trim_and_invert(on_white), bool(mask.any())


OURS = "our preprocessing"
METHODS: Mapping[str, Preprocess] = {
    OURS: _preprocess,
    "plain GrabCut": _plain_grabcut,
    "resized and inverted": _resize_and_invert,
}
