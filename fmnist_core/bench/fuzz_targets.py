"""The readers of files that anybody may have made, and valid files for each of them."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pillow_heif
from PIL import Image

from fmnist_core.bench.mutations import Mutate, mutate_archive, mutate_bytes, mutate_json
from fmnist_core.preprocessing import image_io, zip_uploads
from fmnist_core.runs import archive, event_log, summary, zoo
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run
from fmnist_core.synthetic.garments import draw_garment_large
from fmnist_core.training import history
from fmnist_core.training.recipe import flatten

Read = Callable[[bytes, Path], object]
"""Reads an input, in a folder in which it may write; raises nothing but `LabError`."""
SEED_RUN = "cnn-lite-epochs"
NUM_SEED_EVENTS = 30
IMAGE_EDGE = 24
IMAGE_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "BMP", "GIF", "HEIF")


@dataclass(frozen=True, kw_only=True)
class FuzzTarget:
    """A reader, and what it is given."""

    title: str
    share: int
    """Of 100 inputs."""
    seeds: Callable[[], Sequence[bytes]]
    """Valid inputs."""
    mutate: Mutate
    read: Read


def read_recipe(content: bytes, folder: Path) -> object:
    """Read `recipe.json`, and use it as the pages do."""
    run = Run(folder)
    run.recipe_file.write_bytes(content)
    recipe = run.recipe()
    return flatten(recipe), recipe.input_spec, recipe.phases, recipe.canonical().model_dump_json()


def read_metadata(content: bytes, folder: Path) -> object:
    """Read `about.json` beside a valid recipe, and label the run."""
    run = Run(folder)
    if not run.recipe_file.exists():
        shutil.copy(zoo.get_checkpoint(SEED_RUN).recipe_file, run.recipe_file)
    run.metadata_file.write_bytes(content)
    described = summary.summarize(run)
    return described.label.encode(), summary.local_time(described.created)


def read_report(content: bytes, folder: Path) -> object:
    """Read `report.json`, and what lists show of it."""
    run = Run(folder)
    run.report_file.write_bytes(content)
    report = run.report()
    return report.model_dump_json(), summary.shorten_initial_weights(report.started_from)


def read_events(content: bytes, folder: Path) -> object:
    """Read `events.jsonl` in every way there is, and draw its curves."""
    run = Run(folder)
    run.events_file.write_bytes(content)
    built = history.build_history(Follower(run.events_file).read())
    curves = [
        history.training_curve(built, "loss", axis="images", smoothing=0.6),
        history.validation_curve(built, "accuracy", axis="seconds"),
        history.step_curve(built, "learning_rate", axis="epochs"),
    ]
    return (
        curves,
        built.seconds,
        event_log.last_event(run.events_file),
        event_log.first_start(run.events_file),
    )


def read_image(content: bytes, _: Path) -> object:
    """Decode an uploaded image."""
    return image_io.decode_image(content, name="upload")


def read_images(content: bytes, _: Path) -> object:
    """List an uploaded archive of images, and unpack the files in it."""
    uploads = zip_uploads.list_uploads([("upload.zip", content)])
    return [upload.read() for upload in islice(uploads, 5)]


def import_run(content: bytes, folder: Path) -> object:
    """Import a run."""
    runs = folder / "runs"
    try:
        return archive.import_run(io.BytesIO(content), name="upload.zip", folder=runs)
    finally:
        left = [path.name for path in runs.glob(".*")]
        shutil.rmtree(runs, ignore_errors=True)
        assert not left, left


def _files(name: str) -> Callable[[], list[bytes]]:
    """This file of three example models."""
    return lambda: [
        zoo.get_checkpoint(key).path.joinpath(name).read_bytes() for key in ("mlp", SEED_RUN, "cnn")
    ]


def event_logs() -> list[bytes]:
    """The start, some steps and the end of three logs."""
    logs = (content.splitlines() for content in _files("events.jsonl")())
    return [b"\n".join([*lines[:NUM_SEED_EVENTS], *lines[-5:]]) + b"\n" for lines in logs]


def images() -> list[bytes]:
    """A small picture in every format, and in the modes that are read in ways of their own."""
    pillow_heif.register_heif_opener()
    gray = Image.fromarray(draw_garment_large(0, 1)).resize((IMAGE_EDGE, IMAGE_EDGE))
    color = gray.convert("RGB")
    files = [_encode(color, file_format) for file_format in IMAGE_FORMATS]
    files.append(_encode(color, "JPEG", progressive=True))
    files.append(_encode(color.convert("RGBA"), "PNG"))
    files.append(_encode(Image.fromarray(np.array(gray, dtype=np.uint16) * 257), "PNG"))
    files.append(_encode(gray, "GIF", save_all=True, append_images=[gray.rotate(90)]))
    exif = Image.Exif()
    exif[image_io.EXIF_ORIENTATION] = 6
    files.append(_encode(color, "JPEG", exif=exif))
    return files


def _encode(image: Image.Image, file_format: str, **options: object) -> bytes:
    content = io.BytesIO()
    image.save(content, file_format, **options)
    return content.getvalue()


def image_archives() -> list[bytes]:
    """Zip archives of small images."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for number, image in enumerate(images()[:3]):
            zipped.writestr(f"folder/{number}.png", image)
    return [content.getvalue()]


def run_archives() -> list[bytes]:
    """The archive of a finished run, with the events of its first steps only."""
    run = zoo.get_checkpoint(SEED_RUN)
    files = {
        path.relative_to(run.path).as_posix(): path.read_bytes()
        for path in (
            *(run.recipe_file, run.metadata_file, run.report_file, run.weights_file),
            *(run.predictions_file, run.ood_detector_file, run.epoch_file(1)),
        )
    }
    files["events.jsonl"] = event_logs()[1]
    assert json.loads(files["recipe.json"])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(f"20260101-000000-000000-0000/{name}", data)
    return [content.getvalue()]


TARGETS: Mapping[str, FuzzTarget] = MappingProxyType(
    {
        "recipe": FuzzTarget(
            title="recipe.json", share=20, seeds=_files("recipe.json"), mutate=mutate_json,
            read=read_recipe,
        ),
        "metadata": FuzzTarget(
            title="about.json", share=10, seeds=_files("about.json"), mutate=mutate_json,
            read=read_metadata,
        ),
        "report": FuzzTarget(
            title="report.json", share=15, seeds=_files("report.json"), mutate=mutate_json,
            read=read_report,
        ),
        "events": FuzzTarget(
            title="events.jsonl", share=20, seeds=event_logs, mutate=mutate_json, read=read_events
        ),
        "image": FuzzTarget(
            title="an image", share=20, seeds=images, mutate=mutate_bytes, read=read_image
        ),
        "images": FuzzTarget(
            title="an archive of images", share=5, seeds=image_archives, mutate=mutate_archive,
            read=read_images,
        ),
        "run": FuzzTarget(
            title="an archive of a run", share=10, seeds=run_archives, mutate=mutate_archive,
            read=import_run,
        ),
    }
)  # fmt: skip
"""By the name that the command knows."""
