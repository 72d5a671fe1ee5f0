"""Compare in a real browser: select runs in the table, click a cell, see its images."""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from fmnist_core.charts.palette import SELECTED_COLOR
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.runs import zoo
from tests import factories
from tests.browser.actions import wait_until_still

FIRST_ROW = 34 + 16
"""Pixels from the top of the table to the middle of its first row."""
MLP = "MLP · example"
SIX = "cnn,mlp,cnn-lite,resnet50,vit-tiny,mobilevit-xxs"
PROJECTOR, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 844}
WATCH_VIEWS = """() => {
    window.mixedViews = [];
    const isVisible = element => element.getClientRects().length > 0;
    new MutationObserver(() => {
        const verdict = [...document.querySelectorAll("[data-testid=stAlert]")].some(isVisible);
        const card = [...document.querySelectorAll("figure[data-index]")].some(isVisible);
        if (verdict && card) window.mixedViews.push(document.body.innerText.slice(0, 500));
    }).observe(document.body, {childList: true, subtree: true, attributes: true});
}"""
"""Records each moment at which both the verdict and an image are visible."""


def search_and_check(page: Page, name: str) -> None:
    """Filter the leaderboard, which is drawn on a canvas, to one run, and check its row."""
    search = page.get_by_role("textbox", name="Search", exact=True)
    search.fill(name)
    search.press("Enter")
    expect(page.get_by_text(re.compile(r"^1 of \d+ finished runs"))).to_be_visible()
    canvas = page.get_by_test_id("stDataFrame").first.locator("canvas").first
    expect(canvas).to_be_visible()
    wait_until_still(page)
    canvas.click(position={"x": 20, "y": FIRST_ROW}, force=True)


def cell(page: Page, chart: int, text: str) -> Locator:
    matrix = page.get_by_test_id("stVegaLiteChart").nth(chart)
    return matrix.locator(f"path[aria-label^='{text}:']")


def cards(page: Page) -> Locator:
    return page.locator("figure[data-index]")


@pytest.mark.real_data
def test_two_runs_a_cell_and_its_images(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn&view=confusion")
    expect(cell(page, 0, "Shirt predicted as Coat")).to_be_visible()
    search_and_check(page, "MLP")
    expect(page.get_by_role("button", name=MLP)).to_be_visible()
    expect(page.locator("svg.marks")).to_have_count(3)  # both matrices and their difference
    expect(cell(page, 1, "Shirt predicted as Coat")).to_be_visible()
    expect(page).to_have_url(re.compile("runs=cnn%2Cmlp"))

    count = cell(page, 1, "Shirt predicted as Coat").get_attribute("aria-label").split(": ")[1]
    wait_until_still(page)
    cell(page, 1, "Shirt predicted as Coat").click(force=True)
    expect(page.get_by_text(f"Shirt predicted as Coat: {count} images")).to_be_visible()
    expect(cell(page, 1, "Shirt predicted as Coat")).to_have_attribute("stroke", SELECTED_COLOR)
    expect(cards(page)).to_have_count(12)
    for figure in cards(page).all():
        expect(figure.get_by_role("img", name="Shirt")).to_be_visible()
        expect(figure).to_contain_text(re.compile(r"CNN.*MLP ✗\s*Coat", re.DOTALL))

    # The same cell again after one of the other matrix, then the next page of its images.
    wait_until_still(page)
    cell(page, 0, "Bag predicted as Dress").click(force=True)
    expect(page.get_by_text("Bag predicted as Dress:")).to_be_visible()
    # The matrix that was clicked before is re-created without its selection.
    expect(cell(page, 1, "Shirt predicted as Coat")).not_to_have_attribute("stroke", SELECTED_COLOR)
    wait_until_still(page)
    cell(page, 1, "Shirt predicted as Coat").click(force=True)
    expect(page.get_by_text(f"Shirt predicted as Coat: {count} images")).to_be_visible()
    first = cards(page).first.get_attribute("data-index")
    page.get_by_test_id("stPagination").get_by_role("button", name="2").first.click()
    expect(cards(page).first).not_to_have_attribute("data-index", first)


def test_at_most_six_runs_are_compared(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp,vit-tiny,resnet50,resnet50v2,cnn-lite")
    expect(page.get_by_role("button", name=MLP)).to_be_visible()
    search_and_check(page, "mobilenet")
    expect(page.get_by_text("At most 6 runs can be compared at once")).to_be_visible()
    expect(page.get_by_role("button", name="· example")).to_have_count(6)


def test_report_opens_without_the_app(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp")
    with page.expect_download() as download:
        page.get_by_role("button", name="HTML report").click()
    report = tmp_path / "comparison.html"
    download.value.save_as(report)
    page.context.set_offline(True)
    page.goto(report.as_uri())
    expect(page.get_by_role("heading", name="CNN, MLP")).to_be_visible()
    expect(page.get_by_role("heading", name="Is the difference real?")).to_be_visible()
    assert page.locator("svg").count() > 8


def test_charts_and_tables_are_downloaded(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp&view=calibration")
    page.locator(".st-key-shown-view-calibration").get_by_test_id("stPopover").first.click()
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV (bins)", b"run,")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).first.click()
        assert Path(download.value.path()).read_bytes().startswith(start)
        assert download.value.suggested_filename.startswith("calibration-reliability-diagram.")


@pytest.mark.parametrize("size", [PROJECTOR, PHONE])
def test_first_result_is_on_the_first_screen(page: Page, address: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.goto(f"{address}/compare")
    for part in (
        page.get_by_test_id("stDataFrame").first,
        page.get_by_role("radio", name="Is the difference real?"),
        page.get_by_text("CNN is better than MLP"),
    ):
        expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.real_data
def test_images_of_a_cell_come_into_view_with_six_runs(page: Page, address: str) -> None:
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{address}/compare?runs={SIX}&view=confusion")
    expect(page.locator("svg.marks")).to_have_count(7)
    wait_until_still(page)
    cell(page, 0, "Shirt predicted as Coat").click(force=True)
    expect(page.get_by_role("heading", name="Shirt predicted as Coat:")).to_be_in_viewport()
    expect(cards(page).first).to_be_in_viewport()
    wait_until_still(page)
    page.get_by_role("button", name="Back to the matrices").click()
    expect(cell(page, 0, "Shirt predicted as Coat")).to_be_in_viewport()


def test_view_that_was_open_is_gone_while_the_next_one_loads(page: Page, address: str) -> None:
    """Watch every change of the page: what is visible never comes from two views."""
    page.goto(f"{address}/compare?runs=cnn,mlp&view=real")
    verdict = page.get_by_text("CNN is better than MLP")
    expect(verdict).to_be_visible()
    wait_until_still(page)
    page.evaluate(WATCH_VIEWS)
    page.get_by_role("radio", name="Hardest images").click()
    expect(cards(page).first).to_be_visible()
    wait_until_still(page)
    assert page.evaluate("window.mixedViews") == []
    expect(verdict).to_be_hidden()


def test_report_arrives_however_late_the_browser_fetches_it(page: Page, address: str) -> None:
    """Other sessions' scripts end between the click and the fetch, as on a busy machine."""
    page.goto(f"{address}/compare?runs=cnn,mlp")
    expect(page.get_by_text("CNN is better than MLP")).to_be_visible()
    wait_until_still(page)
    report = re.compile(r":\d+/media/.*\.html")
    page.route(report, lambda route: route.abort())
    with page.expect_request(report) as request:
        page.get_by_role("button", name="HTML report").click()
    other = page.context.new_page()
    for path in ("compare", "compare?runs=cnn", "compare?runs=mlp"):
        other.goto(f"{address}/{path}")
        expect(other.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning"
        )
    fetched = page.request.get(request.value.url)
    assert fetched.ok
    assert "Is the difference real?" in fetched.text()


def test_table_can_be_graded_from(page: Page, address: str) -> None:
    page.goto(f"{address}/compare")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).first.click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text().splitlines()))
    assert {"Student", "Run", "Seed", "Changed settings", "Date (UTC)"} <= rows[0].keys()
    assert all(float(row["Test accuracy (%)"]) > 80 for row in rows)


def test_epochs_play_from_the_first(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn-lite-epochs&view=time")
    slider = page.get_by_role("slider")
    expect(slider).to_have_value("1")
    wait_until_still(page)
    page.get_by_role("button", name="Play").click()
    expect(slider).to_have_value("8")
    expect(page.get_by_text("After epoch 8:")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.real_data
def test_links_of_a_card_stay_in_the_tab_and_back_returns(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp&view=hardest")
    cards(page).first.get_by_role("link", name="Predict").click()
    expect(page.get_by_role("heading", name="Predict", exact=True)).to_be_visible()
    assert len(page.context.pages) == 1
    expect(page).to_have_url(re.compile("predict.*test="))
    page.go_back()
    expect(cards(page).first).to_be_visible()
    expect(page.get_by_role("radio", name="Hardest images")).to_be_checked()


def test_fair_test_is_one_click_away(page: Page, address: str) -> None:
    page.set_viewport_size(PROJECTOR)
    page.goto(f"{address}/compare?runs=cnn,mlp")
    expect(page.get_by_text("CNN is better than MLP")).to_be_visible()
    wait_until_still(page)
    page.get_by_role("button", name="Fair test", exact=True).click()
    expect(page.get_by_role("button", name="Run both")).to_be_in_viewport()


def test_headings_of_every_view_are_in_order(page: Page, address: str) -> None:
    for run_id in ("cnn", "mlp"):
        factories.write_photograph_predictions(zoo.get_checkpoint(run_id))
    page.goto(f"{address}/compare?runs=cnn,mlp")
    for key, view in VIEWS.items():
        page.get_by_role("radio", name=view.title).click()
        content = page.locator(f".st-key-shown-view-{key} :is(svg.marks, figure, canvas)")
        expect(content.first).to_be_visible()
        headings = page.locator("h1, h2, h3, h4, h5")
        levels = headings.evaluate_all("all => all.map(heading => Number(heading.tagName[1]))")
        assert levels[0] == 1
        assert all(level - before <= 1 for before, level in pairwise(levels)), (key, levels)


@pytest.mark.parametrize("size", [PROJECTOR, PHONE])
def test_runs_are_tested_on_photographs_once_and_their_fall_is_shown(
    page: Page, address: str, size: ViewportSize
) -> None:
    factories.write_photograph_predictions(zoo.get_checkpoint("cnn"))
    page.set_viewport_size(size)
    page.goto(f"{address}/compare?runs=cnn,mlp")
    expect(page.get_by_text("CNN is better than MLP")).to_be_visible()
    wait_until_still(page)
    page.get_by_role("radio", name="On real photographs").click()
    expect(page.get_by_text(re.compile(r"CNN: \S+ on Fashion-MNIST"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"MLP: \S+ on Fashion-MNIST"))).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page).to_have_url(re.compile("tested=photographs"))
    wait_until_still(page)
    page.reload()
    expect(page.get_by_text(re.compile(r"MLP: \S+ on Fashion-MNIST"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
