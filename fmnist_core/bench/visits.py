"""Measure whether the server's memory grows with the number of page visits.

Short sessions visit all pages, draw, and disconnect. Streamlit keeps a disconnected session for
two minutes, so memory is read after a pause that is longer.
"""

import argparse
import asyncio
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from random import Random

import psutil

from fmnist_core.bench.browser import APP_SCRIPT, server
from fmnist_core.bench.load import PATH, Load, log, server_process
from fmnist_core.bench.streamlit_client import open_session

WARM_UP_SESSIONS = 20
FORGET_SECONDS = 125.0
"""Streamlit 1.67 keeps a disconnected session for 120 s."""
LABELS = {"visits": "page visits", "MB": "server memory, MB"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--visits", type=int, default=500, help="page visits (default 500)")
    parser.add_argument(
        "--forget", type=float, default=FORGET_SECONDS,
        help="seconds to wait before memory is read (default 125)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the server's memory, threads and open files after visits, and what went wrong."""
    half = -(-arguments.visits // (2 * len(PATH)))
    rows = []
    with tempfile.TemporaryDirectory() as name, server(APP_SCRIPT, runs_folder=Path(name)) as url:
        load = Load(url, 0.0, server_process(url))
        for sessions in (WARM_UP_SESSIONS, half, half):
            log(f"{sessions} sessions of {len(PATH)} visits ...")
            asyncio.run(_visit(load, sessions))
            time.sleep(arguments.forget)
            asyncio.run(_visit(load, 1))  # Streamlit drops old sessions when it stores another
            rows.append(_state(load.process, load.seconds))
    grown = [after["MB"] - before["MB"] for before, after in pairwise(rows)]
    return {
        "server": rows,
        "MB grown in the first half": grown[0],
        "MB grown in the second half": grown[1],
        "errors": len(load.errors),
    }


async def _visit(load: Load, sessions: int) -> None:
    """Have sessions visit all pages, one after another."""
    for seed in range(sessions):
        async with open_session(load.url, load.record) as session:
            for page in PATH:
                await load.visit_page(session, page, Random(seed))
            load.errors += session.exceptions


def _state(process: psutil.Process, seconds: dict[str, list[float]]) -> dict[str, float]:
    return {
        "visits": sum(len(seconds[page]) for page in PATH),
        "MB": process.memory_info().rss / 1e6,
        "threads": process.num_threads(),
        "files": process.num_fds(),
    }
