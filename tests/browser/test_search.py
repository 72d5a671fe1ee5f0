"""Search, with its own process and real training."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fmnist_core.search import searches
from fmnist_core.search.searches import SearchState
from tests.browser.actions import wait_until_still


@pytest.fixture(autouse=True)
def _no_search_stays(runs_folder: Path) -> Iterator[None]:
    """Stop what a failed test has left running."""
    yield
    for search in searches.list_searches(runs_folder):
        search.stop_file.touch()


def test_a_search_tries_the_preset_first_and_can_be_stopped(
    page: Page, address: str, runs_folder: Path
) -> None:
    page.goto(f"{address}/search")
    wait_until_still(page)
    page.get_by_text("Synthetic garments").click()
    wait_until_still(page)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Best so far: trial 1")).to_be_visible()
    expect(page).to_have_url(re.compile(r"search=\d+"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    (search,) = searches.list_searches(runs_folder)
    assert search.state() is SearchState.STOPPED
    page.get_by_role("link", name="Its run").first.click()
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    expect(page.get_by_text("trial 1", exact=False).first).to_be_visible()
