"""A Streamlit server for each test and one headless Chromium for all of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fmnist_core.bench.browser import APP_SCRIPT, launch_browser, server
from fmnist_core.errors import LabError

TIMEOUT_MS = 60_000
"""A training process loads torch before its first step, perhaps on a busy machine."""
StartServer = Callable[[], str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests; one that fails runs once more, and the summary counts the reruns.

    On two busy cores, one in some thousand waits for a browser takes longer than `TIMEOUT_MS`.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without it, tests fail in CI and are skipped elsewhere.

    One for each module, since Playwright's event loop runs as long as it does, and other tests
    need to start one of their own.
    """
    with sync_playwright() as playwright:
        try:
            chromium = launch_browser(playwright)
        except LabError as error:
            refuse = pytest.fail if os.environ.get("CI") else pytest.skip
            refuse(str(error))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a new browser session; the test fails if the page throws an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    expect.set_options(timeout=TIMEOUT_MS)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Start a server over this test's own runs and return its address; it ends with the test."""
    with ExitStack() as servers:
        yield lambda: servers.enter_context(server(APP_SCRIPT, log=tmp_path / "server.log"))


@pytest.fixture
def address(start_server: StartServer) -> str:
    """The address of a new server."""
    return start_server()


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Fashion-MNIST."""
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
