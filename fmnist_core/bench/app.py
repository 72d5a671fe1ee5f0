"""Measure page load times in a browser, compared with an empty Streamlit app."""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_core.bench.browser import APP_SCRIPT, browser_page, change_page, server

if TYPE_CHECKING:
    from playwright.sync_api import Page

EMPTY_APP = 'import streamlit as st\n\nst.title("Empty")\n'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=7, help="visits to each page (default 7)")


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return median seconds from the browser's request until the title is drawn."""
    seconds: dict[str, list[float]] = {"empty app": [], "first page": [], "page change": []}
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "empty.py")
        empty.write_text(EMPTY_APP)
        with browser_page() as page, server(empty) as empty_url, server(APP_SCRIPT) as lab_url:
            cold = visit(page, lab_url, "Fashion-MNIST Lab")
            visit(page, empty_url, "Empty")
            for _ in range(arguments.rounds):
                seconds["empty app"].append(visit(page, empty_url, "Empty"))
                seconds["first page"].append(visit(page, lab_url, "Fashion-MNIST Lab"))
                seconds["page change"].append(change_page(page, "Train"))
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {"seconds": {"first page of a fresh server": cold} | medians}


def visit(page: "Page", url: str, title: str) -> float:
    """Open `url` and return the seconds until its title appears."""
    start = time.perf_counter()
    page.goto(url)
    page.get_by_role("heading", name=title, level=1).wait_for()
    return time.perf_counter() - start
