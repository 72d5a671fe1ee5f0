"""The Data page in a browser: its components draw, answer and keep the address."""

import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from fmnist_core.embedding import compute
from fmnist_core.embedding.space import Space
from fmnist_core.runs import zoo
from tests.browser.actions import wait_until_still

pytestmark = pytest.mark.usefixtures("no_data")


@pytest.fixture(scope="module")
def features_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the features of a run and of its epochs, computed once for all tests."""
    folder = tmp_path_factory.mktemp("features")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMNIST_CACHE_DIR", str(folder))
        run = zoo.get_checkpoint(zoo.EPOCHS_RUN)
        where = Space(data="drawn", run=run)
        compute.run_request(compute.to_request(where, epochs=run.saved_epochs()))
        compute.run_request(compute.to_request(where))
    return folder


@pytest.fixture(autouse=True)
def _cache(features_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(features_folder))


def draw_lasso(page: Page, overlay: Locator, *, radius: float) -> None:
    """Draw a circle about the middle of the map, `radius` as a fraction of its height."""
    overlay.scroll_into_view_if_needed()
    box = overlay.bounding_box()
    assert box is not None
    x, y, reach = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, radius * box["height"]
    page.mouse.move(x + reach, y)
    page.mouse.down()
    for corner in range(20):
        angle = 2 * math.pi * corner / 20
        page.mouse.move(x + reach * math.cos(angle), y + reach * math.sin(angle))
    page.mouse.up()


def open_map(page: Page, address: str, **params: str) -> Locator:
    query = "&".join(f"{name}={value}" for name, value in params.items())
    page.goto(f"{address}/data?view=map&data=drawn&{query}")
    overlay = page.locator("canvas.overlay")
    expect(overlay).to_be_visible()
    wait_until_still(page)
    return overlay


def test_a_lasso_lists_its_images_and_an_image_opens_elsewhere(page: Page, address: str) -> None:
    overlay = open_map(page, address)
    draw_lasso(page, overlay, radius=0.3)
    heading = page.get_by_role("heading", name="inside")
    expect(heading).to_be_visible()
    text = heading.inner_text()
    page.locator(".st-key-map-panel .tiles button").nth(1).click()
    expect(page).to_have_url(re.compile(r"test=\d+.*lasso="))
    expect(page.get_by_text(re.compile("Synthetic garments, test image"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name=text)).to_be_visible()
    page.get_by_role("link", name="What every model says").click()
    expect(page.get_by_role("heading", name="Predict", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"predict\?.*test=\d+"))


def test_the_image_under_the_pointer_is_shown(page: Page, address: str) -> None:
    overlay = open_map(page, address)
    tip = page.locator(".plot .tip")
    expect(tip).to_be_hidden()
    overlay.focus()
    overlay.press("ArrowRight")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("Test image 1")
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, 28, 28).data.some(v => v > 99)"
    assert tip.locator("canvas").evaluate(drawn)
    overlay.press("Enter")
    expect(page).to_have_url(re.compile("test=1&|test=1$"))


def test_the_slider_goes_through_the_epochs(page: Page, address: str) -> None:
    open_map(page, address, space="features", models=zoo.EPOCHS_RUN, epoch="1")
    points = page.locator("canvas.points")
    before = points.evaluate("canvas => canvas.toDataURL()")
    slider = page.get_by_role("slider").first
    slider.press("ArrowRight")
    expect(page).to_have_url(re.compile("epoch=2"))
    wait_until_still(page)
    page.wait_for_function("() => !document.getAnimations().length")
    expect(points).to_be_visible()
    page.wait_for_timeout(1000)  # the points glide for 0.7 s
    assert points.evaluate("canvas => canvas.toDataURL()") != before


def test_pixels_are_read_with_the_keyboard_and_the_pointer(page: Page, address: str) -> None:
    page.goto(f"{address}/data?data=drawn&test=5")
    picture = page.locator(".frame canvas")
    readout = page.locator("p.readout")
    expect(readout).to_contain_text("Move over the picture")
    picture.hover(position={"x": 100, "y": 100})
    expect(readout).to_contain_text(re.compile(r"Row \d+, column \d+: \d+ of 255"))
    expect(page.locator(".lens")).to_be_visible()
    picture.press("ArrowDown")
    expect(readout).to_contain_text("normalized")


def test_a_neighbor_that_is_clicked_becomes_the_image(page: Page, address: str) -> None:
    page.goto(f"{address}/data?data=drawn&test=5&models={zoo.EPOCHS_RUN}")
    neighbor = page.locator(".st-key-neighbors-features .tiles button").first
    number = re.search(r"\d+", neighbor.get_attribute("title") or "")
    assert number is not None
    neighbor.click()
    expect(page).to_have_url(re.compile(f"test={number[0]}&"))
