"""`predict`: classify images of garments."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fmnist_core import paths
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments
from fmnist_core.preprocessing.upload_limits import MAX_ARCHIVE_BYTES
from fmnist_core.preprocessing.zip_uploads import (
    UploadedPicture,
    is_archive,
    list_archive,
)
from fmnist_core.runs import store, zoo
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.zip_archives import sanitize_name


def predict_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "images",
        nargs="+",
        type=Path,
        metavar="IMAGE",
        help="image files, or zip archives of them",
    )
    parser.add_argument(
        "--model",
        default=zoo.PREDICTING[0],
        metavar="RUN",
        help="a finished run (default: the example CNN for photos)",
    )
    shared_arguments.add_box(parser)
    parser.add_argument("--csv", action="store_true", help="print comma-separated values")
    shared_arguments.add_runs_folder(parser)


def predict(arguments: Namespace) -> CommandResult:
    """Predict every image; unreadable ones get an error message. Raises `RunError`."""
    folders = (shared_arguments.runs_folder(arguments), paths.checkpoints_folder())
    run = store.get_run(arguments.model, *folders)
    run.report()  # an unfinished run is reported before torch is loaded

    from fmnist_core.serving import batch
    from fmnist_core.serving.model_cache import MODEL_CACHE

    uploads = [upload for path in arguments.images for upload in _list_images(path)]
    adjustments = PhotoAdjustments(box=arguments.box)
    parts = batch.predict_batch(uploads, MODEL_CACHE.get(run).predict, adjustments=adjustments)
    rows = [prediction.as_row() for part in parts for prediction in part]
    all_failed = all(row["problem"] for row in rows)
    return CommandResult(
        facts={"run": run.id, "images": rows},
        lines=_csv(rows) if arguments.csv else _table(rows),
        failure="None of these images can be read." if all_failed else None,
    )


def _list_images(path: Path) -> list[UploadedPicture]:
    """The image file, or the images in an archive; errors are raised when an image is read."""
    if not is_archive(path.name):
        return [
            UploadedPicture(name=sanitize_name(str(path)), read=partial(image_io.read_file, path))
        ]
    try:
        contents = image_io.read_file(path, max_bytes=MAX_ARCHIVE_BYTES)
        return list_archive(str(path), contents)
    except DataError as error:
        return [UploadedPicture(name=sanitize_name(str(path)), read=partial(_raise, error))]


def _raise(error: DataError) -> bytes:
    raise error


def _table(rows: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        (
            row["image"], row["answer"], f"{row['confidence']:.1%}", row["second"], row["third"],
            UNSURE_LABEL if row["not_sure"] else "",
        )
        for row in rows
        if not row["problem"]
    ]  # fmt: skip
    header = ("IMAGE", "PREDICTION", "CONFIDENCE", "SECOND", "THIRD", "")
    predictions = format_table(lines, header=header) if lines else []
    return predictions + [row["problem"] for row in rows if row["problem"]]


def _csv(rows: Sequence[dict[str, Any]]) -> list[str]:
    from fmnist_core import csv_export
    from fmnist_core.serving.batch import COLUMNS

    return csv_export.rows_to_csv(rows, COLUMNS).splitlines()


COMMANDS = (
    Command(
        name="predict",
        help="classify images of garments",
        run=predict,
        arguments=predict_arguments,
    ),
)
