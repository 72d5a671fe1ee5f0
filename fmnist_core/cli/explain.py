"""`explain`: where in a picture the evidence for an answer lies."""

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
from fmnist_core.runs import store

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap

SUFFIXES = (".png", ".csv")


def explain_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "image", metavar="IMAGE|TEST-INDEX", help="a picture file, or the number of a test image"
    )
    parser.add_argument(
        "--model", default="cnn", metavar="RUN", help="a finished run (else the CNN that ships)"
    )
    parser.add_argument(
        "--method", default="gradcam", metavar="METHOD", help=f"one of {', '.join(METHODS)}"
    )
    parser.add_argument(
        "--class", dest="label", metavar="CLASS", help="its name or number (else the answer)"
    )
    parser.add_argument("--against", metavar="CLASS", help="explain the contrast with this class")
    parser.add_argument("--layer", metavar="NAME", help="another layer than the usual one")
    parser.add_argument(
        "--smooth", action="store_true", help="average over small changes of the picture"
    )
    parser.add_argument("--grid", action="store_true", help="draw the layer's own grid")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="a .png picture or .csv numbers"
    )
    shared_arguments.add_runs_folder(parser)


def explain(arguments: Namespace) -> CommandResult:
    """Write the map, and say what it explains; raises `LabError`, and `OSError` for the file."""
    method = methods.get_method(arguments.method)
    label, against = (_class(each) for each in (arguments.label, arguments.against))
    if not method.needs_layer and (arguments.layer or arguments.smooth):
        raise ModelError(
            f"{method.title} looks at no layer: leave out --layer and --smooth, or choose another "
            "method."
        )
    if arguments.out.suffix.lower() not in SUFFIXES:
        raise ModelError(f"--out {arguments.out}: name a .png or a .csv file.")
    folders = (shared_arguments.runs_folder(arguments), paths.checkpoints_folder())
    run = store.get_run(arguments.model, *folders)
    report = run.report()  # where there is none, that is said before torch is loaded
    image, truth = _image(arguments.image, report.data)

    from fmnist_core.attribution import explainer
    from fmnist_core.attribution.target import Target, caption
    from fmnist_core.serving.model_cache import MODEL_CACHE

    loaded = MODEL_CACHE.get(run)
    probabilities = loaded.predict(image[None]).probabilities[0]
    answer = int(probabilities.argmax())
    target = Target(label=answer if label is None else label, against=against)
    heatmap = explainer.explain(
        loaded, image, method=method, target=target, layer=arguments.layer, smooth=arguments.smooth
    )
    if heatmap.problem is None:
        _write(arguments.out, image, heatmap, grid=arguments.grid)
    told = caption(method, target, probabilities)
    facts: dict[str, Any] = {
        "run": run.id,
        "method": method.key,
        "truth": None if truth is None else CLASSES[truth],
        "answer": CLASSES[answer],
        "confidence": float(probabilities[answer]),
        "class": CLASSES[target.label],
        "against": None if against is None else CLASSES[against],
        "layer": heatmap.layer.name if heatmap.layer else None,
        "grid": list(heatmap.grid.shape),
        "file": None if heatmap.problem else str(arguments.out),
    }
    answered = f"{run.id} says {CLASSES[answer]} ({probabilities[answer]:.1%})."
    where = f" in {facts['layer']}" if facts["layer"] else ""
    lines = [f"{answered} {method.title}{where}: {told[0].lower()}{told[1:]}."]
    lines += filter(None, [facts["file"]])
    return CommandResult(facts=facts, lines=lines, failure=heatmap.problem)


def _class(text: str | None) -> int | None:
    """A class by its name, in any case, or its number; raises `ModelError`."""
    if text is None:
        return None
    names = [name.lower() for name in CLASSES]
    if text.lower() in names:
        return names.index(text.lower())
    if len(text) == 1 and text in "0123456789":
        return int(text)
    raise unknown_key(ModelError, "class", text[:40], [*CLASSES, "0 to 9"])


def _image(text: str, data: datasets.DatasetKey) -> tuple[np.ndarray, int | None]:
    """Uint8 [28, 28] and its class, where that is known; raises `DataError`."""
    if not (text.isascii() and text.isdecimal()):
        from fmnist_core.preprocessing import image_io, photo

        path = Path(text)
        return photo.preprocess_photo(
            image_io.decode_image(image_io.read_file(path), name=text)
        ).image, None
    images, labels = datasets.load_test_set(data)
    if len(text) > 9 or int(text) >= len(images):
        raise DataError(
            f"No test image {text}; there are those from 0 to {len(images) - 1:,}. A file of that "
            f"name is meant by ./{text}."
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
        words="explain",
        help="draw where in a picture the evidence for an answer lies",
        run=explain,
        arguments=explain_arguments,
    ),
)
