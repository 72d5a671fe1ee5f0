"""Measure the Data page: its first visit, the map of 5,000 images, hover and lasso in a browser."""

import argparse
import math
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from fmnist_core.bench.browser import APP_SCRIPT, browser_page, server
from fmnist_core.data import sources
from fmnist_core.data.datasets import DatasetKey

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TILES, MAP = ".st-key-browse-stage .tiles button", "canvas.overlay"
CORNERS = 30
LASSO_RADIUS = 0.16
"""Of the map's height."""
HOVER_SCRIPT = """(canvas, count) => {
  const box = canvas.getBoundingClientRect(), times = [];
  for (let number = 0; number < count; number++) {
    const clientX = box.left + box.width * (0.3 + 0.4 * Math.random());
    const clientY = box.top + box.height * (0.3 + 0.4 * Math.random());
    const start = performance.now();
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
    times.push(performance.now() - start);
  }
  return times;
}"""
"""Milliseconds from the event to the drawn ring and the image beside it, one after another."""
RELEASE_SCRIPT = """(canvas) => {
  canvas.addEventListener("pointerup", () => (window.labStart = performance.now()), true);
  canvas.addEventListener("pointerup", () => {
    window.labLasso = performance.now() - window.labStart;
  });
}"""
"""Measures what the release of a lasso does: which of the points are inside, and drawing them."""
LABELS = {
    "first visit": "seconds until the images are there, first visit of a warm server",
    "home": "seconds until Home has its title, in turn",
    "hover": "milliseconds from the pointer to the image beside it",
    "hover, slowest": "the slowest of them",
    "lasso": "milliseconds from the end of a lasso until its points stand out",
    "lasso, images": "seconds until the images inside it are listed",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5, help="visits and lassos (default 5)")
    parser.add_argument("--moves", type=int, default=200, help="pointer moves (default 200)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return medians; the first visit of a fresh server is apart, as it loads the libraries."""
    data: DatasetKey = "fashion-mnist" if sources.available_source() else "drawn"
    with browser_page() as page, server(APP_SCRIPT) as url:
        page.set_viewport_size({"width": 1280, "height": 1100})
        fresh = _open(page, f"{url}/data?data={data}", TILES)
        _open(page, url, "h1")
        visits, home_visits = [], []
        for _ in range(arguments.rounds):  # in turn, so that both meet the same load
            visits.append(_open(page, f"{url}/data?data={data}", TILES))
            home_visits.append(_open(page, url, "h1"))
        address = f"{url}/data?view=map&data={data}"
        first_map = _open(page, address, MAP)
        maps = [_open(page, address, MAP) for _ in range(arguments.rounds)]
        overlay = page.locator(MAP)
        page.wait_for_timeout(1500)
        moves = overlay.evaluate(HOVER_SCRIPT, arguments.moves)
        overlay.evaluate(RELEASE_SCRIPT)
        lassos = [_draw_lasso(page, overlay, number) for number in range(arguments.rounds)]
    return {
        "data": data,
        "seconds": {
            "fresh server": fresh,
            "first visit": statistics.median(visits),
            "home": statistics.median(home_visits),
            "first map": first_map,
            "map again": statistics.median(maps),
            "lasso, images": statistics.median(seconds for _, seconds in lassos),
        },
        "milliseconds": {
            "hover": statistics.median(moves),
            "hover, slowest": max(moves),
            "lasso": statistics.median(milliseconds for milliseconds, _ in lassos),
        },
    }


def _open(page: "Page", url: str, selector: str) -> float:
    """Open `url`; return the seconds until the first element of `selector` is visible."""
    return _timed(lambda: page.goto(url), page.locator(selector).first)


def _timed(act: Callable[[], object], awaited: "Locator") -> float:
    start = time.perf_counter()
    act()
    awaited.wait_for(timeout=120_000)
    return time.perf_counter() - start


def _draw_lasso(page: "Page", overlay: "Locator", number: int) -> tuple[float, float]:
    """Draw a circle; return the milliseconds in the browser, and the seconds until its images."""
    box = overlay.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * (0.4 + 0.02 * number), box["y"] + box["height"] / 2
    radius = LASSO_RADIUS * box["height"]
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for corner in range(CORNERS):
        angle = 2 * math.pi * corner / CORNERS
        page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
    before = page.url
    start = time.perf_counter()
    page.mouse.up()
    page.wait_for_function("before => location.href !== before", arg=before)
    page.get_by_role("heading", name="inside").wait_for()
    return float(page.evaluate("window.labLasso")), time.perf_counter() - start
