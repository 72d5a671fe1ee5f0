"""Measure how the server holds when a whole class uses it at once while a run trains.

Each session is a real one, spoken over the websocket (`bench.streamlit_client`): it walks through
the pages, watches the curves of the training, draws, and pauses as people do. The sessions run on
the same machine as the server, and take a share of its CPU that is reported.
"""

import argparse
import asyncio
import base64
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
import psutil
from PIL import Image, ImageOps

from fmnist_core.bench.browser import APP_SCRIPT, server
from fmnist_core.bench.streamlit_client import Session, SessionError, open_session
from fmnist_core.errors import LabError
from fmnist_core.image_input.draw import CANVAS, EDGE
from fmnist_core.jobs import control, queue
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run, RunState
from fmnist_core.synthetic.garments import draw_garment_large
from fmnist_core.training.events import Step
from fmnist_core.training.presets import get_preset

PATH = ("Home", "Train", "Compare", "Predict", "Explain")
"""The pages in the order in which a session visits them, again and again."""
NUM_DRAWINGS = 2
"""How many garments a session draws per visit of Predict."""
NUM_EXAMPLES = 50
"""Different drawings that the sessions choose from."""
FOCUS = "browser focus"
"""The component on each page that asks once whether it runs."""
RECIPE = "cnn-quick"
MANY_EPOCHS = 200
"""Far more than train during the benchmark."""
START_TIMEOUT = 120.0
"""Seconds until the training must have begun."""
SAMPLE_SECONDS = 1.0
LABELS = {"training_slowed_percent": "training slower than alone, percent"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--sessions", type=int, nargs="+", default=[30], help="sessions at a time (default 30)"
    )
    parser.add_argument(
        "--seconds", type=float, default=300, help="for each number of sessions (default 300)"
    )
    parser.add_argument(
        "--pages", nargs="+", choices=PATH, default=PATH, metavar="PAGE",
        help=f"that each session visits in turn (default {' '.join(PATH)})",
    )  # fmt: skip
    parser.add_argument("--pause", type=float, default=8, help="seconds on each page (default 8)")
    parser.add_argument(
        "--alone", type=float, default=60, help="seconds of training alone before (default 60)"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return seconds from each request until its script has finished, and the server's state."""
    pages: list[dict[str, object]] = []
    states: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with server(APP_SCRIPT, runs_folder=folder) as url:
            process = server_process(url)
            asyncio.run(_warm_up(url))
            with _training(folder) as training:
                alone = _measure_training(training, arguments.alone)
                for number in arguments.sessions:
                    log(f"{number} sessions for {arguments.seconds:.0f} s ...")
                    load = Load(url, arguments.pause, process, training.id, arguments.pages)
                    before = _progress(training), time.perf_counter()
                    asyncio.run(load.run(number, arguments.seconds))
                    rate = (_progress(training) - before[0]) / (time.perf_counter() - before[1])
                    pages += load.page_rows(number)
                    slowed = 100 * (1 - rate / alone)
                    states.append(load.server_row(number) | {"training_slowed_percent": slowed})
    return {"pages": pages, "server": states}


@dataclass
class Load:
    """Sessions that use the server at the same time, and what they have seen."""

    url: str
    pause: float
    """Seconds that a session stays on a page."""
    process: psutil.Process
    """The server."""
    run_id: str = ""
    """The training whose curves the sessions watch."""
    pages: Sequence[str] = PATH
    """Those that each session visits in turn."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """How long each kind of request took."""
    errors: list[str] = field(default_factory=list)
    num_lost: int = 0
    memory: list[float] = field(default_factory=list)
    """The server's memory in MB, about once a second."""
    server_cores: float = 0.0
    client_cores: float = 0.0
    """How many cores the server and the sessions themselves have kept busy."""

    async def run(self, number: int, seconds: float) -> None:
        """Run `number` sessions for `seconds`; their first visits are spread over one pause."""
        stop_at = time.monotonic() + seconds
        start = time.process_time(), self._server_cpu()
        sampling = asyncio.create_task(self._sample_memory())
        visitors = [self._visit(seed, number, stop_at) for seed in range(number)]
        await asyncio.gather(*visitors)
        sampling.cancel()
        self.client_cores = (time.process_time() - start[0]) / seconds
        self.server_cores = (self._server_cpu() - start[1]) / seconds

    def _server_cpu(self) -> float:
        """Seconds of CPU time that the server has taken."""
        times = self.process.cpu_times()
        return times.user + times.system

    def record(self, request: str, seconds: float) -> None:
        self.seconds.setdefault(request, []).append(seconds)

    async def _visit(self, seed: int, number: int, stop_at: float) -> None:
        """One person: walk through the pages until it is time to stop."""
        await asyncio.sleep(self.pause * seed / number)
        rng = Random(seed)
        try:
            async with open_session(self.url, self.record) as session:
                while time.monotonic() < stop_at:
                    for page in self.pages:
                        await self.visit_page(session, page, rng)
                        if time.monotonic() >= stop_at:
                            break
                self.errors += session.exceptions
        except SessionError as error:
            self.num_lost += 1
            self.errors.append(str(error))

    async def visit_page(self, session: Session, page: str, rng: Random) -> None:
        """Open a page, do there what one does, and pause."""
        queries = {"Predict": "source=draw", "Train": f"run={self.run_id}" if self.run_id else ""}
        self.record(page, await session.open_page(page, query=queries.get(page, "")))
        await _answer(session)
        await asyncio.sleep(self._pause(rng))
        for _ in range(NUM_DRAWINGS if page == "Predict" else 0):
            drawing = drawings()[rng.randrange(NUM_EXAMPLES)]
            self.record("Predict, a drawing", await session.send_value(CANVAS, drawing))
            await asyncio.sleep(self._pause(rng))

    def _pause(self, rng: Random) -> float:
        return self.pause * rng.uniform(0.5, 1.5)

    async def _sample_memory(self) -> None:
        while True:
            self.memory.append(self.process.memory_info().rss / 1e6)
            await asyncio.sleep(SAMPLE_SECONDS)

    def page_rows(self, number: int) -> list[dict[str, object]]:
        """For each kind of request the number, the median and the 95th percentile in seconds."""
        return [
            {
                "sessions": number,
                "request": request,
                "times": len(times),
                "median_seconds": statistics.median(times),
                "p95_seconds": float(np.percentile(times, 95)),
            }
            for request, times in sorted(self.seconds.items())
        ]

    def server_row(self, number: int) -> dict[str, object]:
        """Memory at half time and at the end, and what went wrong."""
        for error in sorted(set(self.errors)):
            log(error)
        return {
            "sessions": number,
            "MB_at_half_time": self.memory[len(self.memory) // 2],
            "MB_at_the_end": self.memory[-1],
            "lost_sessions": self.num_lost,
            "errors": len(self.errors),
            "server_cores": self.server_cores,
            "client_cores": self.client_cores,
        }


async def _answer(session: Session) -> None:
    """Tell the page, if it asks, that its component runs in this browser."""
    if json.loads(session.find_component(FOCUS).data).get("asks"):
        await session.send_value(FOCUS, {"runs": True})


_drawings: list[dict[str, object]] = []


def drawings() -> list[dict[str, object]]:
    """States of the drawing canvas with a garment on it, as its front end sends them."""
    if not _drawings:
        _drawings.extend(map(_draw, range(NUM_EXAMPLES)))
    return _drawings


def _draw(seed: int) -> dict[str, object]:
    garment = Image.fromarray(draw_garment_large(seed % 10, seed, size=EDGE - 60))
    canvas = ImageOps.expand(ImageOps.invert(garment), border=30, fill=255).convert("RGBA")
    file = io.BytesIO()
    canvas.save(file, "PNG")
    png = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    strokes = [{"type": "Path", "path": [["M", seed, seed], ["L", EDGE, EDGE]]}]
    return {"drawing": {"raw": {"objects": strokes}, "data": png}, "backgroundFit": None}


async def _warm_up(url: str) -> None:
    """Visit each page once, so that libraries and models are loaded."""
    load = Load(url, 0.0, psutil.Process())
    async with open_session(url) as session:
        for page in PATH:
            await load.visit_page(session, page, Random(0))


@contextmanager
def _training(folder: Path) -> Iterator[Run]:
    """Train a CNN in the background; raises `LabError` if it does not begin."""
    recipe = get_preset(RECIPE).recipe.changed(epochs=MANY_EPOCHS)
    training = queue.submit_run(recipe, name="Load", folder=folder)
    try:
        _wait_until_training(training)
        yield training
    finally:
        with suppress(LabError):
            control.send_command(training, "stop")
        while training.state() is RunState.RUNNING:
            time.sleep(SAMPLE_SECONDS)


def _wait_until_training(training: Run) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not _progress(training):
        if time.monotonic() > deadline:
            raise LabError(f"Run {training.id} did not start training: {training.reason()}")
        time.sleep(SAMPLE_SECONDS)


def _measure_training(training: Run, seconds: float) -> float:
    """Steps per second while nobody uses the server."""
    log(f"training alone for {seconds:.0f} s ...")
    before = _progress(training)
    time.sleep(seconds)
    return (_progress(training) - before) / seconds


def _progress(training: Run) -> int:
    """Steps done."""
    events = event_log.read_tail(training.events_file)
    return max((event.step for event in events if isinstance(event, Step)), default=0)


def server_process(url: str) -> psutil.Process:
    """The process of the server that this one has started at `url`."""
    port = url.rpartition(":")[2]
    children = psutil.Process().children(recursive=True)
    return next(child for child in children if f"--server.port={port}" in child.cmdline())


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
