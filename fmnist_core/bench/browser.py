"""Start the app and a headless browser for benchmarks and tests."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from fmnist_core import paths
from fmnist_core.errors import LabError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

APP_SCRIPT = paths.PROJECT / "streamlit_app.py"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_OPTIONS: Mapping[str, object] = MappingProxyType({})
START_TIMEOUT = 60.0
"""Seconds until a server must answer."""


def change_page(page: "Page", title: str, *, heading: str | None = None) -> float:
    """Click a page in the navigation; return the seconds until its heading (or title) appears."""
    link = page.locator(".st-key-navigation").get_by_role("link", name=title)
    link.wait_for()
    start = time.perf_counter()
    link.click()
    page.get_by_role("heading", name=heading or title, level=1).wait_for()
    return time.perf_counter() - start


def launch_browser(playwright: "Playwright") -> "Browser":
    """Start a headless Chromium: the installed one, or else Playwright's own.

    Raises `LabError` if there is neither.
    """
    from playwright.sync_api import Error

    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
    except Error as error:
        raise LabError(
            f"No browser: install Chromium, or run `playwright install chromium` ({error.name})."
        ) from error


@contextmanager
def browser_page() -> "Iterator[Page]":
    """Open a page of a headless Chromium; raises `LabError` if there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise LabError("This needs `pip install -r tests/requirements.txt`.") from None
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        yield browser.new_page()
        browser.close()


@contextmanager
def server(
    script: Path,
    *,
    runs_folder: Path | None = None,
    log: Path = Path(os.devnull),
    options: Mapping[str, object] = NO_OPTIONS,
) -> Iterator[str]:
    """Run a Streamlit server on a free loopback port; yields its URL.

    Its runs are in `runs_folder`, by default as set by `FMNIST_RUNS_DIR`. `options` are further
    options of Streamlit, such as `server.maxUploadSize`, with their values.
    """
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    command += [f"--{option}={value}" for option, value in options.items()]
    environment = dict(os.environ)
    if runs_folder is not None:
        environment["FMNIST_RUNS_DIR"] = str(runs_folder)
    with (
        log.open("ab") as file,
        subprocess.Popen(
            command, cwd=paths.PROJECT, env=environment, stdout=file, stderr=file
        ) as process,
    ):
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_until_healthy(url: str) -> None:
    """Wait until the server answers; raises `LabError` if it does not in time."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise LabError(f"The server did not answer within {START_TIMEOUT:.0f} s.")
