"""`explain`: write a heatmap of the evidence for a class in an image."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fmnist_core import atomic, paths
from fmnist_core.attribution import methods, overlay
from fmnist_core.attribution.methods import METHODS
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.data import datasets
from fmnist_core.errors import DataError, ModelError, unknown_key
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.preprocessing.preprocessed import Box
from fmnist_core.runs import store, zoo

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap

SUFFIXES = (".png", ".csv")


def explain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "image", metavar="IMAGE|TEST-INDEX", help="an image file, or the index of a test image"
    )
    parser.add_argument(
        "--model",
        default=zoo.PREDICTING[0],
        metavar="RUN",
        help="a finished run (default: the example CNN for photos)",
    )
    shared_arguments.add_box(parser)
    parser.add_argument(
        "--method", default="gradcam", metavar="METHOD", help=f"one of {', '.join(METHODS)}"
    )
    parser.add_argument(
        "--class",
        dest="label",
        metavar="CLASS",
        help="name or number of the class to explain (default: the predicted class)",
    )
    parser.add_argument("--against", metavar="CLASS", help="explain the contrast with this class")
    parser.add_argument(
        "--layer",
        metavar="NAME",
        help="the layer to explain (default: the deepest with a grid of 7×7 or finer)",
    )
    parser.add_argument(
        "--smooth",
        action="store_true",
        help="average over mirrored and brightened copies of the image",
    )
    parser.add_argument(
        "--grid", action="store_true", help="draw the layer's grid without interpolation"
    )
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="the .png or .csv file to write",
    )
    shared_arguments.add_runs_folder(parser)


def explain(arguments: Namespace) -> CommandResult:
    """Write the heatmap and describe it; raises `LabError`, and `OSError` for the file."""
    method = methods.get_method(arguments.method)
    label, against = (_class_index(name) for name in (arguments.label, arguments.against))
    if not method.needs_layer and (arguments.layer or arguments.smooth):
        raise ModelError(
            f"{method.title} uses no layer: leave out --layer and --smooth, or choose another "
            "method."
        )
    if arguments.out.suffix.lower() not in SUFFIXES:
        raise ModelError(f"--out {arguments.out}: name a .png or a .csv file.")
    folders = (shared_arguments.runs_folder(arguments), paths.checkpoints_folder())
    run = store.get_run(arguments.model, *folders)
    report = run.report()  # an unfinished run is reported before torch is loaded
    image, true_label = _load_image(arguments.image, report.data, box=arguments.box)

    from fmnist_core.attribution import explainer
    from fmnist_core.attribution.target import Target, caption
    from fmnist_core.serving.model_cache import MODEL_CACHE

    predictor = MODEL_CACHE.get(run)
    probabilities = predictor.predict(image[None]).probabilities[0]
    predicted = int(probabilities.argmax())
    target = Target(label=predicted if label is None else label, against=against)
    heatmap = explainer.explain(
        predictor,
        image,
        method=method,
        target=target,
        layer=arguments.layer,
        smooth=arguments.smooth,
    )
    if heatmap.problem is None:
        _write(arguments.out, image, heatmap, grid=arguments.grid)
    text = caption(method, target, probabilities)
    facts: dict[str, Any] = {
        "run": run.id,
        "method": method.key,
        "truth": None if true_label is None else CLASSES[true_label],
        "answer": CLASSES[predicted],
        "confidence": float(probabilities[predicted]),
        "class": CLASSES[target.label],
        "against": None if against is None else CLASSES[against],
        "layer": heatmap.layer.name if heatmap.layer else None,
        "grid": list(heatmap.grid.shape),
        "file": None if heatmap.problem else str(arguments.out),
    }
    prediction = f"{run.id} says {CLASSES[predicted]} ({probabilities[predicted]:.1%})."
    layer = f" in {facts['layer']}" if facts["layer"] else ""
    lines = [f"{prediction} {method.title}{layer}: {text[0].lower()}{text[1:]}."]
    lines += filter(None, [facts["file"]])
    return CommandResult(facts=facts, lines=lines, failure=heatmap.problem)


def _class_index(text: str | None) -> int | None:
    """Index of a class given by name, in any case, or number; raises `ModelError`."""
    if text is None:
        return None
    names = [name.lower() for name in CLASSES]
    if text.lower() in names:
        return names.index(text.lower())
    if len(text) == 1 and text in "0123456789":
        return int(text)
    raise unknown_key(ModelError, "class", text[:40], [*CLASSES, "0 to 9"])


def _load_image(
    text: str, data: datasets.DatasetKey, *, box: Box | None
) -> tuple[np.ndarray, int | None]:
    """Load an image, uint8 [28, 28], and its class if known; raises `DataError`."""
    if not (text.isascii() and text.isdecimal()):
        from fmnist_core.preprocessing import image_io
        from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments
        from fmnist_core.serving.photo_preprocessing import preprocess_photo

        pixels = image_io.decode_image(image_io.read_file(Path(text)), name=text)
        return preprocess_photo(pixels, PhotoAdjustments(box=box)).image, None
    if box is not None:
        raise DataError(
            f"--box needs a photo, and {text} is a test image. For a file of that name write "
            f"./{text}."
        )
    images, labels = datasets.load_test_set(data)
    if len(text) > 9 or int(text) >= len(images):
        raise DataError(
            f"No test image {text}; they are numbered from 0 to {len(images) - 1:,}. For a file of "
            f"that name write ./{text}."
        )
    return images[int(text)], int(labels[int(text)])


def _write(path: Path, image: np.ndarray, heatmap: "Heatmap", *, grid: bool) -> None:
    from fmnist_core import csv_export
    from fmnist_core.attribution.overlay import HeatmapStyle

    if path.suffix.lower() == ".csv":
        weights = overlay.export_weights(heatmap, raw_grid=grid)
        atomic.write_bytes(path, csv_export.rows_to_csv(_rows(weights)).encode())
        return
    style = HeatmapStyle(raw_grid=grid)
    values = heatmap.grid if grid else heatmap.values
    atomic.write_bytes(path, overlay.overlay_png(image, values, style))


def _rows(weights: np.ndarray) -> Sequence[dict[str, object]]:
    return [
        {"row": row, "column": column, "weight": round(float(weight), 5)}
        for (row, column), weight in np.ndenumerate(weights)
    ]


COMMANDS = (
    Command(
        name="explain",
        help="write a heatmap of the evidence for a class in an image",
        run=explain,
        arguments=explain_arguments,
    ),
)
