"""Measure Look inside: from a click on a step to its tiles, and from a stroke to the same.

All times are taken in the browser itself, from the event to the frame after the tiles are drawn.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from fmnist_core.bench.browser import APP_SCRIPT, browser_page, server
from fmnist_core.data.transforms import to_inputs
from fmnist_core.inspection import steps
from fmnist_core.runs import zoo
from fmnist_core.serving.model_cache import MODEL_CACHE
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.training import devices

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

STEPS = {
    "cnn": ("backbone.features.0.0", "backbone.features.1.0", "backbone.features.2.2"),
    "resnet50": ("backbone.conv1", "backbone.layer1.1", "backbone.layer2.0.conv2"),
    "vit-tiny": ("backbone.blocks.1", "backbone.blocks.6.mlp", "backbone.blocks.11"),
}
"""Steps that are clicked in turn, of each model; all have feature maps or token maps."""
WINDOW: "ViewportSize" = {"width": 1280, "height": 1400}
FIND_TILES = """
const tiles = () => {
    for (const element of document.querySelectorAll(".st-key-tiles *")) {
        const canvas = element.shadowRoot?.querySelector(".tiles canvas");
        if (canvas) return canvas;
    }
    return null;
};
const drawn = (isNew, start) => new Promise(done => {
    const look = () => {
        if (isNew(tiles())) done(performance.now() - start);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
});
"""
CLICK = (
    "async step => {"
    + FIND_TILES
    + """
    const diagram = [...document.querySelectorAll(".st-key-network-diagram *")]
        .find(element => element.shadowRoot).shadowRoot;
    const start = performance.now();
    diagram.querySelector(`button[data-step="${step}"]`).click();
    return drawn(canvas => canvas?.dataset.step === step, start);
}"""
)
WAIT_FOR_STROKE = (
    "async () => {"
    + FIND_TILES
    + """
    const before = tiles()?.dataset.version;
    const start = await new Promise(done =>
        document.addEventListener("pointerup", () => done(performance.now()), {once: true}));
    return drawn(canvas => canvas && canvas.dataset.version !== before, start);
}"""
)
STROKES = tuple(((60, row), (240, row)) for row in range(60, 260, 20))
"""From and to, on the canvas."""
PAUSE_MS = 700
"""Between clicks, so that the page is still."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--clicks", type=int, default=15, help="clicks per model (default 15)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return medians and maxima in milliseconds."""
    torch.set_num_threads(devices.usable_threads())
    with tempfile.TemporaryDirectory() as folder, browser_page() as page:
        page.set_viewport_size(WINDOW)
        with server(APP_SCRIPT, runs_folder=Path(folder)) as url:
            clicks = {
                model: summarize(measure_clicks(page, url, model, arguments.clicks))
                for model in STEPS
            }
            strokes = summarize(measure_strokes(page, url))
    return {
        "milliseconds from a click to the tiles": clicks,
        "milliseconds from the end of a stroke to the tiles, CNN": strokes,
        "milliseconds of the forward pass that records the steps": {
            model: measure_trace(model, names[0]) for model, names in STEPS.items()
        },
    }


def summarize(milliseconds: Sequence[float]) -> dict[str, float]:
    """Median and maximum."""
    return {"median": statistics.median(milliseconds), "maximum": max(milliseconds)}


def measure_clicks(page: "Page", url: str, model: str, number: int) -> list[float]:
    """Milliseconds of each click on a step; the first round is a warm-up and is not counted."""
    names = STEPS[model]
    page.goto(f"{url}/look_inside?models={model}&test=0&data=drawn&step={names[-1]}")
    page.locator(f".tiles canvas[data-step='{names[-1]}']").wait_for()
    milliseconds = []
    for name in itertools.islice(itertools.cycle(names), len(names) + number):
        if not page.locator(f"button[data-step='{name}']").count():  # in a block that is closed
            page.evaluate(CLICK, name.rpartition(".")[0])
        page.wait_for_timeout(PAUSE_MS)
        milliseconds.append(page.evaluate(CLICK, name))
        page.wait_for_timeout(PAUSE_MS)
    return milliseconds[len(names) :]


def measure_strokes(page: "Page", url: str) -> list[float]:
    """Milliseconds from the end of each stroke of a drawing; the first one is not counted."""
    page.goto(f"{url}/look_inside?models=cnn&source=draw")
    canvas = page.locator("canvas.upper-canvas")
    canvas.wait_for()
    milliseconds = []
    for number, ((left, top), (right, bottom)) in enumerate(STROKES):
        page.wait_for_timeout(PAUSE_MS)
        box = canvas.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + left, box["y"] + top)
        page.mouse.down()
        page.mouse.move(box["x"] + right, box["y"] + bottom, steps=5)
        waiting = page.evaluate_handle(f"() => ({{ended: ({WAIT_FOR_STROKE})()}})")
        page.mouse.up()
        ended = float(waiting.evaluate("waiting => waiting.ended"))
        if number:
            milliseconds.append(ended)
    return milliseconds


def measure_trace(model: str, step: str, *, turns: int = 10) -> float:
    """Median milliseconds of a forward pass that records a model's steps."""
    predictor = MODEL_CACHE.get(zoo.get_checkpoint(model))
    image = torch.from_numpy(draw_garment(9, 1).copy())[None]
    seconds = []
    for _ in range(turns + 1):
        start = time.perf_counter()
        steps.trace(predictor.model, to_inputs(image, predictor.input_spec), selected=step)
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds[1:])
