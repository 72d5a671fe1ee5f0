"""Compute features and layouts in a process of its own: `python -m fmnist_core.embedding.compute`.

It reads a request as JSON from standard input, writes how far it is into a file that pages read,
and caches what it computes.
"""

import hashlib
import json
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.embedding import features, space
from fmnist_core.embedding.layouts import LAYOUTS
from fmnist_core.embedding.space import Space
from fmnist_core.errors import LabError, RunError
from fmnist_core.runs.run import Run

WRITE_SECONDS = 0.2
"""How often the progress is written."""
ARRANGING = "layout"
"""The stage of a request in which the points are laid out."""


def layout_name(where: Space, layout: str) -> str:
    """The name under which the positions of a layout are cached; raises `RunError`."""
    return f"{where.key()}-{layout}"


def to_request(where: Space, *, epochs: list[int] | None = None, layout: str | None = None) -> str:
    """The JSON of a request for a space's features, also those of several epochs, and a layout."""
    run = None if where.run is None else str(where.run.path.absolute())
    values = {"data": where.data, "run": run, "epoch": where.epoch, "epochs": epochs or []}
    return json.dumps(values | {"layout": layout})


@dataclass(frozen=True)
class ComputeProgress:
    """How far a request is."""

    fraction: float = 0.0
    """From 0 to 1; 0 before it starts."""
    is_arranging: bool = False
    """Whether it lays out the points, after the features."""


def read_progress(request: str) -> ComputeProgress:
    """How far the request is, as its process wrote last."""
    try:
        fraction, stage = _progress_file(request).read_text(encoding="utf-8").split()
        return ComputeProgress(float(fraction), stage == ARRANGING)
    except (OSError, ValueError):
        return ComputeProgress()


def run_request(request: str) -> None:
    """Compute and cache what a request asks for, unless it is cached.

    An epoch whose weights are damaged keeps no other from being computed. Raises `DataError`,
    `RunError` and `OSError`.
    """
    values = json.loads(request)
    data = cast(DatasetKey, values["data"])
    run = None if values["run"] is None else Run(Path(values["run"]))
    last = Space(data=data, run=run, epoch=values["epoch"])
    spaces = [Space(data=data, run=run, epoch=epoch) for epoch in values["epochs"]] or [last]
    images, _ = space.load_images(data)
    layout = values["layout"]
    num_steps = (len(spaces) if run else 0) + (1 if layout else 0)
    report = _Reporter(request, num_steps)
    problems: list[RunError] = []
    for step, where in enumerate(spaces if run else ()):
        try:
            if features.load_features(where) is None:
                computed = features.compute_features(where, images, progress=report.step(step))
                features.save_features(where, computed)
        except RunError as error:
            problems.append(error)
    if problems:
        raise problems[0]
    if layout and not space.is_cached(layout_name(last, layout)):
        cached = features.load_features(last) if run else None
        vectors = cached.vectors if cached else space.to_vectors(images)
        arrange = report.step(num_steps - 1, stage=ARRANGING)
        positions = LAYOUTS[layout].load_compute()(vectors, arrange)
        space.save_arrays(layout_name(last, layout), positions=positions)


class _Reporter:
    """Writes the progress of a request, not too often."""

    def __init__(self, request: str, num_steps: int) -> None:
        self._file = _progress_file(request)
        self._num_steps = num_steps
        self._written_at = float("-inf")

    def step(self, number: int, *, stage: str = "features") -> features.Progress:
        def report(fraction: float) -> None:
            if time.monotonic() - self._written_at > WRITE_SECONDS:
                self._written_at = time.monotonic()
                with suppress(OSError):
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    done = (number + fraction) / self._num_steps
                    self._file.write_text(f"{done:.3f} {stage}", encoding="utf-8")

        return report


def _progress_file(request: str) -> Path:
    """The file stays until the cache is cleaned: a page may look at it after the end."""
    name = hashlib.sha256(request.encode()).hexdigest()[:24]
    return space.cache_file(f"{name}.progress")


def main() -> None:
    """Run the request on standard input; an error goes to standard error in one sentence."""
    try:
        run_request(sys.stdin.read())
    except (LabError, OSError) as error:
        sys.exit(str(error))
    except ImportError as error:
        sys.exit(f"{error.name} is not installed: run `pip install -r requirements.txt`.")


if __name__ == "__main__":
    main()
