"""`predict`: what a model says of pictures of garments."""

import csv
import io
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fmnist_core import paths
from fmnist_core.analysis.confusions import top
from fmnist_core.cli import asking
from fmnist_core.cli.command import Answer, Command, table
from fmnist_core.data.classes import CLASSES
from fmnist_core.errors import DataError
from fmnist_core.runs import store

COLUMNS = ("image", "answer", "confidence", "second", "third", "problem")


def predict_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("images", nargs="+", type=Path, metavar="IMAGE", help="picture files")
    parser.add_argument(
        "--model", default="cnn", metavar="RUN", help="a finished run (else the CNN that ships)"
    )
    parser.add_argument("--csv", action="store_true", help="print comma-separated values")
    asking.add_runs_folder(parser)


def predict(arguments: Namespace) -> Answer:
    """A row for each picture; one that cannot be read says why. Raises `RunError`."""
    folders = (asking.runs_folder(arguments), paths.checkpoints_folder())
    run = store.find_run(arguments.model, *folders)
    run.report()  # where there is none, that is said before torch is loaded

    from fmnist_core.runs import weights

    prepared = [_prepared(path) for path in arguments.images]
    images = [each for each in prepared if not isinstance(each, DataError)]
    probabilities = iter(weights.answers(run, np.stack(images)) if images else ())
    rows = [
        _problem(path, each) if isinstance(each, DataError) else _row(path, next(probabilities))
        for path, each in zip(arguments.images, prepared, strict=True)
    ]
    return Answer(
        facts={"run": run.id, "images": rows},
        lines=_csv(rows) if arguments.csv else _table(rows),
        failure=None if images else "None of these is a picture of a garment that can be read.",
    )


def _prepared(path: Path) -> np.ndarray | DataError:
    """uint8 [28, 28], or why there is none."""
    from fmnist_core.data import photo, pictures

    try:
        contents = pictures.contents(path)
        return photo.prepare(pictures.read(contents, name=path.name)).image
    except DataError as error:
        return error


def _row(path: Path, probabilities: np.ndarray) -> dict[str, Any]:
    (first, confidence), *others = top(probabilities)
    second, third = (f"{CLASSES[label]} {share:.1%}" for label, share in others)
    return {
        "image": str(path),
        "answer": CLASSES[first],
        "confidence": confidence,
        "second": second,
        "third": third,
        "problem": "",
    }


def _problem(path: Path, error: DataError) -> dict[str, Any]:
    return {**dict.fromkeys(COLUMNS), "image": str(path), "problem": str(error)}


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        (row["image"], row["answer"], f"{row['confidence']:.1%}", row["second"], row["third"])
        for row in rows
        if not row["problem"]
    ]
    header = ("IMAGE", "ANSWER", "CONFIDENCE", "SECOND", "THIRD")
    said = table(lines, header=header) if lines else []
    return said + [row["problem"] for row in rows if row["problem"]]


def _csv(rows: Sequence[dict[str, Any]]) -> list[str]:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().splitlines()


COMMANDS = (
    Command(
        words="predict",
        help="say what a model sees in pictures of garments",
        run=predict,
        arguments=predict_arguments,
    ),
)
