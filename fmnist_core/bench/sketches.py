"""What a model makes of drawings: silhouettes and outlines of test images, filled and not."""

import argparse
from collections.abc import Callable, Mapping

import numpy as np
import torch

from fmnist_core.bench.synthetic_sketches import outline, silhouette
from fmnist_core.data import datasets
from fmnist_core.models.inference import predict
from fmnist_core.preprocessing import sketch
from fmnist_core.preprocessing.sketch import Sketch
from fmnist_core.runs import store, weights

Draw = Callable[[np.ndarray, np.random.Generator], Sketch]
KINDS: Mapping[str, tuple[Draw, bool]] = {
    "filled silhouettes": (silhouette, True),
    "closed outlines, filling on": (outline, True),
    "closed outlines, filling off": (outline, False),
}
"""How each is drawn, and whether what lines enclose is filled."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--images", type=int, default=1000, help="test images (default 1000)")
    parser.add_argument(
        "--runs", nargs="+", default=["cnn", "mlp", "cnn-deep"], metavar="RUN",
        help="finished runs (default: cnn, whose recipe shows drawings, and two without)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Accuracy in percent on the originals and on drawings of them."""
    images, labels = datasets.load_test_set("fashion-mnist")
    chosen = np.random.default_rng(arguments.seed).permutation(len(images))[: arguments.images]
    seen = {"originals": images[chosen]} | {
        kind: np.stack([_drawn(images[index], kind, [arguments.seed, index]) for index in chosen])
        for kind in KINDS
    }
    rows = []
    for name in arguments.runs:
        model, input_spec = weights.load_model(store.find_run(name))

        def accuracy(shown: np.ndarray) -> float:
            answers = predict(model, torch.from_numpy(shown.copy()), input_spec=input_spec).argmax(
                dim=1
            )  # noqa: B023
            return 100 * float((answers.numpy() == labels[chosen]).mean())

        rows.append({"run": name} | {kind: accuracy(shown) for kind, shown in seen.items()})
    return {"accuracy in percent": rows}


def _drawn(image: np.ndarray, kind: str, seed: list[int]) -> np.ndarray:
    draw, filled = KINDS[kind]
    return sketch.preprocess_sketch(draw(image, np.random.default_rng(seed)), filled=filled).image
