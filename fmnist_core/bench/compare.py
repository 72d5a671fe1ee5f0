"""Measure the Compare page in a browser: six runs, a click on a cell, 300 more runs.

The baseline is what a user would write instead: a plain script that shows the same six reports as a
table and draws the same six matrices.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_core import atomic
from fmnist_core.bench.browser import APP_SCRIPT, browser_page, change_page, server
from fmnist_core.jobs import measurements
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run
from fmnist_core.training import measure_latency, measurement_cache
from fmnist_core.training.latency import latency_file

if TYPE_CHECKING:
    from playwright.sync_api import Page

COMPARED = ("cnn", "mlp", "cnn-lite", "resnet50", "vit-tiny", "mobilevit-xxs")
NUM_MORE_RUNS = 300
PLAIN_APP = "plain script, a table and six matrices"
CONFUSION = "six runs, confusion (six matrices and a difference)"
SIGNIFICANCE = "six runs, is it real"
CROWDED = f"six runs, is it real, beside {NUM_MORE_RUNS} more runs"
PLAIN_SCRIPT = """import json

import altair as alt
import pandas as pd
import streamlit as st
from safetensors.numpy import load_file
from sklearn.metrics import confusion_matrix

st.title("Plain")
reports = [json.load(open(folder + "/report.json")) for folder in {folders!r}]
st.dataframe(pd.DataFrame(reports)[["model", "test_accuracy", "test_loss", "macro_f1"]])
for folder, column in zip({folders!r}, st.columns(3) * 2):
    arrays = load_file(folder + "/predictions.safetensors")
    predictions = arrays["probabilities"].argmax(axis=1)
    cells = pd.DataFrame(confusion_matrix(arrays["labels"], predictions)).stack().reset_index()
    cells.columns = ["label", "predicted", "count"]
    chart = alt.Chart(cells).mark_rect().encode(x="predicted:O", y="label:O", color="count:Q")
    column.altair_chart(chart)
"""
CHARTS_ARE_DRAWN = (
    "document.querySelectorAll('[data-testid=stVegaLiteChart] .mark-rect').length >= {}"
)
SETTLE_MS = 500
"""Time for the browser to discard the previous page."""
CARD = "figure[data-index]"
CARD_CHANGED = f"before => document.querySelector('{CARD}')?.dataset.index !== before"
CELLS = (
    "Coat predicted as Pullover:",
    "Pullover predicted as Shirt:",
    "Shirt predicted as T-shirt/top:",
)
BACK = "six runs, is it real, by a click on another page"
SCRIPT_HAS_ENDED = "[data-testid=stApp][data-test-script-state=notRunning]"
CLICK = "a click on a cell until its images stand there"
ADDED = f"{NUM_MORE_RUNS} more runs add until it can be used"
LABELS = {
    "seconds until it can be used": "seconds until the page is usable",
    SIGNIFICANCE: "six runs, significance",
    CROWDED: f"six runs, significance, beside {NUM_MORE_RUNS} more runs",
    BACK: "six runs, significance, by a click in the navigation",
    CLICK: "from a click on a cell until its images appear",
    ADDED: f"{NUM_MORE_RUNS} more runs add to the time until usable",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=9, help="visits to each page (default 9)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return medians over visits that are interleaved in random order."""
    _measure_latencies()
    link = f"/compare?runs={','.join(COMPARED)}&view="
    times: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain.py"
        folders = [str(zoo.get_checkpoint(key).path) for key in COMPARED]
        plain.write_text(PLAIN_SCRIPT.format(folders=folders))
        empty, crowded = folder / "none", folder / "many"
        create_runs(crowded, NUM_MORE_RUNS)
        with (
            browser_page() as page,
            server(plain) as plain_url,
            server(APP_SCRIPT, runs_folder=empty) as lab_url,
            server(APP_SCRIPT, runs_folder=crowded) as crowded_url,
        ):
            # One tab per server: Chromium starts a new process when a tab changes sites.
            browser = page.context.browser
            assert browser is not None
            plain_tab, crowded_tab = (browser.new_page() for _ in range(2))
            visits = {
                PLAIN_APP: Visit(plain_tab, plain_url, 6),
                CONFUSION: Visit(page, f"{lab_url}{link}confusion", 7),
                SIGNIFICANCE: Visit(page, f"{lab_url}{link}real", 1),
                CROWDED: Visit(crowded_tab, f"{crowded_url}{link}real", 1),
            }
            cold = {title: visit.measure()[1] for title, visit in visits.items()}
            order = list(visits)
            for visit_number in range(arguments.rounds):
                random.Random(visit_number).shuffle(order)
                for title in order:
                    times.setdefault(title, []).append(visits[title].measure())
            back = [visits[SIGNIFICANCE].measure_return() for _ in range(arguments.rounds)]
            visits[CONFUSION].measure()
            clicks = [_click_cell(page, number) for number in range(2 * arguments.rounds)]
    usable, drawn = (
        {title: statistics.median(pair[index] for pair in times[title]) for title in visits}
        for index in (0, 1)
    )
    added_ms = 1000 * statistics.median(
        many[0] - few[0] for many, few in zip(times[CROWDED], times[SIGNIFICANCE], strict=True)
    )
    return {
        "seconds until it can be used": usable | {BACK: statistics.median(back)},
        "seconds until all charts are drawn": drawn,
        "seconds until all charts are drawn, first visit of a fresh server": cold,
        "milliseconds": {
            CLICK: 1000 * statistics.median(clicks),
            ADDED: added_ms,
        },
    }


@dataclass(frozen=True)
class Visit:
    """A page to visit, and the number of charts on it."""

    page: "Page"
    url: str
    charts: int

    def measure(self) -> tuple[float, float]:
        """Measure one visit from the browser's request.

        Returns the seconds until the table and the first chart appear, and until all charts are
        drawn and no script is running.
        """
        page = self.page
        page.bring_to_front()
        page.goto("about:blank")
        page.wait_for_timeout(SETTLE_MS)
        start = time.perf_counter()
        page.goto(self.url, wait_until="commit")
        self._wait_until_usable()
        usable = time.perf_counter() - start
        page.wait_for_function(CHARTS_ARE_DRAWN.format(self.charts))
        page.locator(SCRIPT_HAS_ENDED).wait_for()
        return usable, time.perf_counter() - start

    def measure_return(self) -> float:
        """Seconds until the page is usable after a click on the home page."""
        self.measure()
        change_page(self.page, "Home", heading="Fashion-MNIST Lab")
        self.page.wait_for_timeout(SETTLE_MS)
        start = time.perf_counter()
        change_page(self.page, "Compare")
        self._wait_until_usable()
        return time.perf_counter() - start

    def _wait_until_usable(self) -> None:
        self.page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
        self.page.wait_for_function(CHARTS_ARE_DRAWN.format(1))


def _click_cell(page: "Page", number: int) -> float:
    chart = page.get_by_test_id("stVegaLiteChart").nth(number % 2)
    cell = chart.locator(f"path[aria-label^='{CELLS[number % len(CELLS)]}']").first
    cell.scroll_into_view_if_needed()
    before = page.locator(CARD).first.get_attribute("data-index")
    start = time.perf_counter()
    cell.click(force=True)
    page.wait_for_function(CARD_CHANGED, arg=before)
    seconds = time.perf_counter() - start
    page.locator(SCRIPT_HAS_ENDED).wait_for()
    page.wait_for_timeout(SETTLE_MS)  # the previously clicked chart is redrawn
    return seconds


def _measure_latencies() -> None:
    """Measure latencies in advance, because otherwise the page does so during the benchmark."""
    runs: Sequence[Run] = [zoo.get_checkpoint(key) for key in zoo.ZOO]
    for recipe in measurements.unmeasured_latencies(run.recipe() for run in runs):
        measurement_cache.save(latency_file(recipe), measure_latency.measure(recipe))


def create_runs(folder: Path, number: int) -> None:
    """Create finished runs with different learning rates, so that each has its own row."""
    source = zoo.get_checkpoint("mlp")
    for index in range(number):
        run = Run(folder / f"20260101-{index:06d}")
        run.path.mkdir(parents=True)
        recipe = source.recipe().changed(learning_rate=0.001 + index * 1e-5)
        atomic.write_json(run.recipe_file, recipe.model_dump())
        run.write_metadata(source.metadata().model_copy(update={"name": f"Run {index}"}))
        for file in (source.report_file, source.predictions_file, source.events_file):
            (run.path / file.name).symlink_to(file)
