"""The real server on a free port of this machine, and Debian's Chromium (or Playwright's own)."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from fmnist_core import paths

START_SECONDS = 60
PATIENCE_MS = 60_000
"""A training process loads torch before its first step, perhaps on a busy machine."""
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Serve = Callable[[], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; without one the test fails in CI and is skipped elsewhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
    except Error as error:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"No browser: install chromium, or `playwright install chromium` ({error.name}).")
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser session; a page that throws fails its test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    context.close()
    assert thrown == []


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server over this test's own runs; returns its address once it answers."""
    servers: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "server.log").open("wb")

    def start() -> str:
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
        options = ["--server.port", str(port), "--server.headless", "true"]
        servers.append(
            subprocess.Popen([*command, *options], cwd=paths.PROJECT, stdout=log, stderr=log)
        )
        address = f"http://localhost:{port}"
        _wait_for(address)
        return address

    yield start
    for server in servers:
        server.terminate()
        server.wait(timeout=20)
    log.close()


@pytest.fixture
def address(serve: Serve) -> str:
    """Where a fresh server listens."""
    return serve()


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Fashion-MNIST."""
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not answer within {START_SECONDS} s.")
