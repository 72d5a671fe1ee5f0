"""Compare in a real browser: select runs in the table, click a cell, see its images."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from fmnist_core.charts.palette import SELECTED_COLOR
from tests.browser.actions import wait_until_still

FIRST_ROW = 34 + 17
"""Pixels from the top of the table to the middle of its first row."""
MLP = "MLP · example model"


def search_and_check(page: Page, name: str) -> None:
    """Filter the leaderboard, which is drawn on a canvas, to one run, and check its row."""
    search = page.get_by_role("textbox", name="Search", exact=True)
    search.fill(name)
    search.press("Enter")
    expect(page.get_by_text("1 finished run, most accurate first")).to_be_visible()
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
    search_and_check(page, "deep")
    expect(page.get_by_text("At most 6 runs can be compared at once")).to_be_visible()
    expect(page.get_by_role("button", name="example model")).to_have_count(6)


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
    page.get_by_test_id("stPopover").first.click()
    for kind, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("CSV (bins)", b"run,")):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).first.click()
        assert Path(download.value.path()).read_bytes().startswith(start)
        assert download.value.suggested_filename.startswith("calibration-reliability-diagram.")
