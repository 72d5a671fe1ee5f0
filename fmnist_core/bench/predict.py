"""Measure the Predict page: from the end of a stroke to the bars in a browser, idle and while a run
trains; latency of the large models; 1,000 images at once.

The baseline is what a user would write instead: a plain script with the same canvas and CNN, and a
plain loop over the images.
"""

import argparse
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from fmnist_core.bench.browser import APP_SCRIPT, browser_page, server
from fmnist_core.bench.synthetic_photos import KINDS, PLAIN_KINDS, make_photo
from fmnist_core.data import datasets
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.jobs import control, queue
from fmnist_core.preprocessing import zip_uploads
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run, RunState
from fmnist_core.serving import batch
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.training.presets import get_preset

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

ONE_MODEL, THREE_MODELS = ("cnn",), ("cnn", "mlp", "resnet50")
LARGE_MODELS = ("resnet50", "resnet50v2", "convnext-tiny")
PLAIN_APP = "plain script, CNN"
WINDOW: "ViewportSize" = {"width": 1280, "height": 1000}
"""Large enough for the whole canvas."""
STROKES_BEFORE_CLEARING = 6
PAUSE_MS = 400
"""Between strokes, like a person."""
PLAIN_SCRIPT = """import sys

import numpy as np
import streamlit as st
import torch
from PIL import Image
from streamlit_drawable_canvas import st_canvas

sys.path.insert(0, {project!r})
from fmnist_core.runs import weights, zoo

st.title("Plain")


@st.cache_resource
def load():
    return weights.load_model(zoo.get_checkpoint("cnn"))[0]


canvas = st_canvas(stroke_width=14, background_color="#ffffff", width=320, height=320,
                   return_image_data=True, key="canvas")
if canvas.image_data is not None:
    small = Image.fromarray(canvas.image_data).convert("L").resize((28, 28))
    inputs = torch.from_numpy(1 - np.asarray(small, dtype=np.float32) / 255)[None, None]
    with torch.inference_mode():
        probabilities = load()((inputs - 0.2860) / 0.3530).softmax(dim=1)[0].numpy()
    st.bar_chart(probabilities)
    st.html('<p class="predictions">' + str(small.tobytes().hex()) + str(probabilities) + "</p>")
"""
PREDICTIONS_HTML = (
    "[...document.querySelectorAll('.summary, .predictions')].map(part => part.innerHTML).join()"
)
"""The image that the models see, and their predictions: a stroke may change the image alone."""
LABELS = {
    "the same, while a run trains": "milliseconds from the end of a stroke, while a run trains",
    "milliseconds of an answer, once loaded": "milliseconds per prediction, once loaded",
    "paper, uneven light, wood, carpet, bed cloth": "paper, uneven light, wood, carpet, bed linen",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--strokes", type=int, default=20, help="strokes per tab (default 20)")
    parser.add_argument("--pictures", type=int, default=1000, help="images at once (default 1000)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return medians; strokes are interleaved between the tabs."""
    with tempfile.TemporaryDirectory() as name:
        idle, training = _measure_strokes(Path(name), arguments.strokes)
    return {
        "milliseconds from the end of a stroke to the bars": idle,
        "the same, while a run trains": training,
        "milliseconds of an answer, once loaded": {
            key: _measure_latency(key) for key in LARGE_MODELS
        },
        f"seconds for {arguments.pictures:,} pictures, CNN": measure_batches(arguments.pictures),
    }


def _measure_strokes(folder: Path, number: int) -> tuple[dict[str, float], dict[str, float]]:
    plain, runs = folder / "plain.py", folder / "runs"
    plain.write_text(PLAIN_SCRIPT.format(project=str(APP_SCRIPT.parent)))
    with (
        browser_page() as page,
        server(plain) as plain_url,
        server(APP_SCRIPT, runs_folder=runs) as lab_url,
    ):
        browser = page.context.browser
        assert browser is not None
        urls = {
            "CNN": f"{lab_url}/predict?models={','.join(ONE_MODEL)}",
            "CNN, MLP and ResNet50": f"{lab_url}/predict?models={','.join(THREE_MODELS)}",
            PLAIN_APP: plain_url,
        }
        tabs = {title: Tab(browser.new_page(viewport=WINDOW), url) for title, url in urls.items()}
        for tab in tabs.values():
            tab.open()
        idle = _medians(tabs, number)
        background_run = _train(runs)
        try:
            busy = _medians(tabs, number)
            assert background_run.state() is RunState.RUNNING, "the training run ended too soon"
        finally:
            control.send_command(background_run, "stop")
        _wait_for(lambda: background_run.state() is not RunState.RUNNING)
    return idle, busy


@dataclass
class Tab:
    """A browser tab with a canvas."""

    page: "Page"
    url: str
    strokes: int = 0

    def open(self) -> None:
        """Open the page and wait for the predictions of a first stroke, which loads the models."""
        self.page.goto(self.url)
        self.stroke(random.Random(0))

    def stroke(self, rng: random.Random) -> float:
        """Draw a stroke; return the seconds from its end until the predictions change."""
        page = self.page
        page.bring_to_front()
        if self.strokes == STROKES_BEFORE_CLEARING:
            page.evaluate("sessionStorage.clear()")  # the drawing would survive
            page.goto("about:blank")
            page.goto(self.url)
            self.strokes = 0
        canvas = page.locator("canvas.upper-canvas")
        canvas.wait_for()
        page.wait_for_timeout(PAUSE_MS)
        box = canvas.bounding_box()
        assert box is not None
        corners = [(rng.uniform(20, 280), rng.uniform(20, 280)) for _ in range(3)]
        for index, (x, y) in enumerate(corners):
            page.mouse.move(box["x"] + x, box["y"] + y, steps=6)
            if index == 0:
                page.mouse.down()
        before = page.evaluate(PREDICTIONS_HTML)
        start = time.perf_counter()
        page.mouse.up()
        page.wait_for_function(f"before => {PREDICTIONS_HTML} !== before", arg=before)
        self.strokes += 1
        return time.perf_counter() - start


def _medians(tabs: dict[str, Tab], number: int) -> dict[str, float]:
    rng = random.Random(1)
    times: dict[str, list[float]] = {kind: [] for kind in tabs}
    for _ in range(number):
        for kind in rng.sample(list(tabs), len(tabs)):
            tab = tabs[kind]
            if tab.strokes in (0, STROKES_BEFORE_CLEARING):
                tab.stroke(rng)  # the first stroke on a new page is slower
            times[kind].append(tab.stroke(rng))
    return {kind: 1000 * statistics.median(seconds) for kind, seconds in times.items()}


def _train(folder: Path) -> Run:
    """Start a run that lasts longer than all strokes, and wait for its first step."""
    recipe = get_preset("cnn-best").recipe
    run = queue.submit_run(recipe, name="in the background", folder=folder)
    _wait_for(lambda: run.events_file.exists() and b'"step"' in run.events_file.read_bytes())
    return run


def _wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.2)


def _measure_latency(key: str) -> float:
    model = MODEL_CACHE.get(zoo.get_checkpoint(key))
    image = np.zeros((1, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    return 1000 * statistics.median(model.predict(image).seconds for _ in range(20))


def measure_batches(number: int) -> dict[str, float]:
    """Seconds on plain paper and on all backgrounds, and for a plain loop."""
    images, _ = datasets.load_test_set("fashion-mnist")
    rng = np.random.default_rng(0)

    def make_files(kinds: tuple[str, ...]) -> list[tuple[str, bytes]]:
        return [
            (f"{index}.jpg", make_photo(images[index], kinds[index % len(kinds)], rng))
            for index in range(number)
        ]

    on_paper, on_all = make_files(PLAIN_KINDS), make_files(KINDS)
    return {
        "plain paper": _predict_files(on_paper),
        "paper, uneven light, wood, carpet, bed cloth": _predict_files(on_all),
        "plain loop (resized, inverted, one at a time)": _plain_loop(on_paper),
    }


def _predict_files(files: list[tuple[str, bytes]]) -> float:
    model = MODEL_CACHE.get(zoo.get_checkpoint("cnn"))
    start = time.perf_counter()
    rows = [
        row
        for part in batch.predict_batch(zip_uploads.list_uploads(files), model.predict)
        for row in part
    ]
    seconds = time.perf_counter() - start
    assert len(rows) == len(files)
    return seconds


def _plain_loop(files: list[tuple[str, bytes]]) -> float:
    model = MODEL_CACHE.get(zoo.get_checkpoint("cnn"))
    start = time.perf_counter()
    for _, content in files:
        small = Image.open(io.BytesIO(content)).convert("L").resize((IMAGE_SIZE, IMAGE_SIZE))
        model.predict(255 - np.asarray(small)[None])
    return time.perf_counter() - start
