"""How quick the Compare page is in a real browser: six runs, a click on a cell, 300 more runs.

Beside it what a user would write instead: a plain script that shows the same six reports as a table
and draws the same six matrices.
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
from fmnist_core.bench.browser import browser_page, change_page, lab, runs_in, server
from fmnist_core.jobs import measurements
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run
from fmnist_core.training import measure_latency, measurement_cache
from fmnist_core.training.latency import latency_file

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICKED = ("cnn", "mlp", "cnn-lite", "resnet50", "vit-tiny", "mobilevit-xxs")
MORE_RUNS = 300
PLAIN = "plain script, a table and six matrices"
CONFUSION = "six runs, confusion (six matrices and a difference)"
REAL = "six runs, is it real"
CROWDED = f"six runs, is it real, beside {MORE_RUNS} more runs"
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
    answers = arrays["probabilities"].argmax(axis=1)
    cells = pd.DataFrame(confusion_matrix(arrays["labels"], answers)).stack().reset_index()
    cells.columns = ["true", "answer", "count"]
    chart = alt.Chart(cells).mark_rect().encode(x="answer:O", y="true:O", color="count:Q")
    column.altair_chart(chart)
"""
DRAWN = "document.querySelectorAll('[data-testid=stVegaLiteChart] .mark-rect').length >= {}"
SETTLE_MS = 500
"""Until the browser has cleared away the page before."""
CARD = "figure[data-index]"
OTHER_CARD = f"before => document.querySelector('{CARD}')?.dataset.index !== before"
CELLS = ("Coat taken for Pullover:", "Pullover taken for Shirt:", "Shirt taken for T-shirt/top:")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=9, help="visits of each (default 9)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Medians, visits interleaved in a shuffled order."""
    _measure_latencies()
    link = f"/compare?runs={','.join(PICKED)}&view="
    times: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "plain.py"
        folders = [str(zoo.checkpoint(key).path) for key in PICKED]
        plain.write_text(PLAIN_SCRIPT.format(folders=folders))
        empty, crowded = folder / "none", folder / "many"
        _crowd(crowded)
        with (
            browser_page() as page,
            server(plain) as plain_url,
            runs_in(empty, lab()) as lab_url,
            runs_in(crowded, lab()) as crowded_url,
        ):
            # A tab for each server: a tab that goes to another begins a new process.
            browser = page.context.browser
            assert browser is not None
            plain_tab, crowded_tab = (browser.new_page() for _ in range(2))
            visits = {
                PLAIN: Visit(plain_tab, plain_url, 6),
                CONFUSION: Visit(page, f"{lab_url}{link}confusion", 7),
                REAL: Visit(page, f"{lab_url}{link}real", 1),
                CROWDED: Visit(crowded_tab, f"{crowded_url}{link}real", 1),
            }
            cold = {kind: visit.made()[1] for kind, visit in visits.items()}
            order = list(visits)
            for number in range(arguments.rounds):
                random.Random(number).shuffle(order)
                for kind in order:
                    times.setdefault(kind, []).append(visits[kind].made())
            back = [visits[REAL].come_back() for _ in range(arguments.rounds)]
            visits[CONFUSION].made()
            clicks = [_click(page, number) for number in range(2 * arguments.rounds)]
    usable, drawn = (
        {kind: statistics.median(time[which] for time in times[kind]) for kind in visits}
        for which in (0, 1)
    )
    crowd = (
        crowded[0] - real[0] for crowded, real in zip(times[CROWDED], times[REAL], strict=True)
    )
    return {
        "seconds until it can be used": usable
        | {"six runs, is it real, by a click on another page": statistics.median(back)},
        "seconds until all charts are drawn": drawn,
        "seconds until all charts are drawn, first visit of a fresh server": cold,
        "milliseconds": {
            "a click on a cell until its images stand there": 1000 * statistics.median(clicks),
            f"{MORE_RUNS} more runs add until it can be used": 1000 * statistics.median(crowd),
        },
    }


@dataclass(frozen=True)
class Visit:
    """A page, and how many charts it will have."""

    page: "Page"
    url: str
    charts: int

    def made(self) -> tuple[float, float]:
        """Seconds from the browser's asking until table and first chart stand there, and until
        all charts are drawn and nothing runs any more.
        """
        page = self.page
        page.bring_to_front()
        page.goto("about:blank")
        page.wait_for_timeout(SETTLE_MS)
        start = time.perf_counter()
        page.goto(self.url, wait_until="commit")
        self._wait_until_usable()
        usable = time.perf_counter() - start
        page.wait_for_function(DRAWN.format(self.charts))
        page.get_by_test_id("stStatusWidget").wait_for(state="hidden")
        return usable, time.perf_counter() - start

    def come_back(self) -> float:
        """Seconds to the same from the home page, by a click."""
        self.made()
        change_page(self.page, "Home", heading="Fashion-MNIST Lab")
        self.page.wait_for_timeout(SETTLE_MS)
        start = time.perf_counter()
        change_page(self.page, "Compare")
        self._wait_until_usable()
        return time.perf_counter() - start

    def _wait_until_usable(self) -> None:
        self.page.locator("[data-testid=stDataFrame] canvas").first.wait_for()
        self.page.wait_for_function(DRAWN.format(1))


def _click(page: "Page", number: int) -> float:
    chart = page.get_by_test_id("stVegaLiteChart").nth(number % 2)
    cell = chart.locator(f"path[aria-label^='{CELLS[number % len(CELLS)]}']").first
    cell.scroll_into_view_if_needed()
    before = page.locator(CARD).first.get_attribute("data-index")
    start = time.perf_counter()
    cell.click(force=True)
    page.wait_for_function(OTHER_CARD, arg=before)
    seconds = time.perf_counter() - start
    page.get_by_test_id("stStatusWidget").wait_for(state="hidden")
    page.wait_for_timeout(SETTLE_MS)  # the chart that was clicked before is drawn anew
    return seconds


def _measure_latencies() -> None:
    """Otherwise the page would have them measured meanwhile."""
    runs: Sequence[Run] = [zoo.checkpoint(key) for key in zoo.ZOO]
    for recipe in measurements.unmeasured_latencies(run.recipe() for run in runs):
        measurement_cache.save(latency_file(recipe), measure_latency.measure(recipe))


def _crowd(folder: Path) -> None:
    """Finished runs that differ in their rate, so that each has a row of its own."""
    source = zoo.checkpoint("mlp")
    for number in range(MORE_RUNS):
        run = Run(folder / f"20260101-{number:06d}")
        run.path.mkdir(parents=True)
        recipe = source.recipe().changed(learning_rate=0.001 + number * 1e-5)
        atomic.write_json(run.recipe_file, recipe.model_dump())
        run.write_about(source.about().model_copy(update={"name": f"Run {number}"}))
        for file in (source.report_file, source.predictions_file, source.events_file):
            (run.path / file.name).symlink_to(file)
