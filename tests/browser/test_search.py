"""Search, with its own process and real training."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import SearchSpec, SearchState
from fmnist_core.training.presets import get_preset


@pytest.fixture(autouse=True)
def _no_search_stays(runs_folder: Path) -> Iterator[None]:
    """Stop what a failed test has left running."""
    yield
    for search in searches.list_searches(runs_folder):
        search.stop_file.touch()


def test_a_search_is_watched_and_stopped(page: Page, address: str, runs_folder: Path) -> None:
    recipe = get_preset("mlp-quick").recipe.changed(data="drawn", train_images=1000, epochs=2)
    search = searches.start_search(
        SearchSpec(
            name="Mine",
            preset="mlp-quick",
            recipe=recipe,
            dimensions=(usual_dimension("dropout", recipe),),
            minutes=30,
        ),
        folder=runs_folder,
    )
    page.goto(f"{address}/search?search={search.id}")
    expect(page.get_by_text("Best so far: trial")).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped after")).to_be_visible()
    assert search.state() is SearchState.STOPPED
    expect(page).to_have_url(re.compile(search.id))
    page.get_by_role("link", name="Its run").first.click()
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    expect(page.get_by_text("Mine · trial").first).to_be_visible()
