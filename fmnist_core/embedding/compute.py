"""Compute features and layouts in a process of its own: `python -m fmnist_core.embedding.compute`.

It reads a request as JSON from standard input, writes how far it is into a file that pages read,
and caches what it computes.
"""

import hashlib
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import cast

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.embedding import features, space
from fmnist_core.embedding.layouts import LAYOUTS
from fmnist_core.embedding.space import Space
from fmnist_core.errors import LabError
from fmnist_core.runs.run import Run

WRITE_SECONDS = 0.2
"""How often the progress is written."""


def layout_name(where: Space, layout: str) -> str:
    """The name under which the positions of a layout are cached; raises `RunError`."""
    return f"{where.key()}-{layout}"


def to_request(where: Space, *, epochs: list[int] | None = None, layout: str | None = None) -> str:
    """The JSON of a request for a space's features, also those of several epochs, and a layout."""
    run = None if where.run is None else str(where.run.path.absolute())
    values = {"data": where.data, "run": run, "epoch": where.epoch, "epochs": epochs or []}
    return json.dumps(values | {"layout": layout})


def read_progress(request: str) -> float:
    """The fraction of a request that is done, 0 before it starts."""
    try:
        return float(_progress_file(request).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0.0


def run_request(request: str) -> None:
    """Compute and cache what a request asks for, unless it is cached.

    Raises `DataError`, `RunError` and `OSError`.
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
    try:
        for step, where in enumerate(spaces if run else ()):
            if features.load_features(where) is None:
                computed = features.compute_features(where, images, progress=report.step(step))
                features.save_features(where, computed)
        if layout and not space.is_cached(layout_name(last, layout)):
            cached = features.load_features(last) if run else None
            vectors = cached.vectors if cached else space.to_vectors(images)
            positions = LAYOUTS[layout].load_compute()(vectors, report.step(num_steps - 1))
            space.save_arrays(layout_name(last, layout), positions=positions)
    finally:
        with suppress(OSError):
            _progress_file(request).unlink(missing_ok=True)


class _Reporter:
    """Writes the progress of a request, not too often."""

    def __init__(self, request: str, num_steps: int) -> None:
        self._file = _progress_file(request)
        self._num_steps = num_steps
        self._written_at = float("-inf")

    def step(self, number: int) -> features.Progress:
        def report(fraction: float) -> None:
            if time.monotonic() - self._written_at > WRITE_SECONDS:
                self._written_at = time.monotonic()
                with suppress(OSError):
                    self._file.parent.mkdir(parents=True, exist_ok=True)
                    done = (number + fraction) / self._num_steps
                    self._file.write_text(f"{done:.3f}", encoding="utf-8")

        return report


def _progress_file(request: str) -> Path:
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
