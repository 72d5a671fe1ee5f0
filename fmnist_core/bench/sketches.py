"""Measure accuracy on sketches of test images: silhouettes and outlines, filled or not."""

import argparse
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from fmnist_core.bench.synthetic_sketches import draw_outline, draw_silhouette
from fmnist_core.data import datasets
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.models.inference import predict_probabilities
from fmnist_core.preprocessing import sketch
from fmnist_core.preprocessing.sketch import Sketch
from fmnist_core.runs import store, weights

DrawSketch = Callable[[np.ndarray, np.random.Generator], Sketch]
KINDS: Mapping[str, tuple[DrawSketch, bool]] = {
    "filled silhouettes": (draw_silhouette, True),
    "closed outlines, filling on": (draw_outline, True),
    "closed outlines, filling off": (draw_outline, False),
}
"""How to draw each kind, and whether to fill closed outlines."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=1000, help="test images (default 1000)")
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp", "cnn-deep"], metavar="RUN",
        help="finished runs (default: cnn, trained with sketch augmentation, and two others)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return accuracy in percent on test images and on sketches of them."""
    images, labels = datasets.load_test_set("fashion-mnist")
    indices = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]
    inputs = {"originals": images[indices]} | {
        kind: np.stack([_sketch(images[index], kind, [arguments.seed, index]) for index in indices])
        for kind in KINDS
    }
    rows = []
    for name in arguments.runs:
        model, input_spec = weights.load_model(store.get_run(name))

        rows.append(
            {"run": name}
            | {
                kind: _accuracy(model, input_spec, batch, labels[indices])
                for kind, batch in inputs.items()
            }
        )
    return {"accuracy in percent": rows}


def _accuracy(
    model: nn.Module, input_spec: InputSpec, images: np.ndarray, labels: np.ndarray
) -> float:
    """In percent."""
    batch = torch.from_numpy(images.copy())
    predictions = predict_probabilities(model, batch, input_spec=input_spec).argmax(dim=1)
    return 100 * float((predictions.numpy() == labels).mean())


def _sketch(image: np.ndarray, kind: str, seed: list[int]) -> np.ndarray:
    draw, filled = KINDS[kind]
    return sketch.preprocess_sketch(draw(image, np.random.default_rng(seed)), filled=filled).image
