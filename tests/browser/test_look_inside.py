"""Look inside in a real browser: clicks on steps and numbers, drawing, epochs, phone, keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import draw_stroke, wait_until_still

BOOT = "/look_inside?models=cnn-lite&test=0&data=drawn"


def step(page: Page, name: str) -> Locator:
    return page.locator(f"button[data-step='{name}']")


def tiles(page: Page, name: str) -> Locator:
    return page.locator(f".tiles canvas[data-step='{name}']")


def test_from_a_step_to_a_number_and_back_by_its_url(page: Page, address: str) -> None:
    page.goto(address + BOOT)
    expect(
        page.get_by_role("heading", name=re.compile("Convolution: 24 feature maps"))
    ).to_be_visible()
    step(page, "backbone.features.1.0").click()
    expect(tiles(page, "backbone.features.1.0")).to_have_attribute("data-count", "48")
    wait_until_still(page)

    # The third tile, then a number in the enlarged map; the result agrees with the network.
    tiles(page, "backbone.features.1.0").click(position={"x": 150, "y": 20})
    expect(page).to_have_url(re.compile("at=2"))
    wait_until_still(page)
    page.locator(".map canvas").first.click(position={"x": 5, "y": 5})
    expect(page.get_by_role("heading", name=re.compile("map 2, row 0, column 0"))).to_be_visible()
    result = page.locator("section[data-calculation=Conv2d]").get_attribute("data-result")
    text = page.get_by_text("the network itself got").text_content() or ""
    got = float(text.split("got ")[1].rstrip(".").replace("−", "-"))
    assert float(result or "nan") == pytest.approx(got, rel=1e-3)

    page.reload()
    expect(page.get_by_role("heading", name=re.compile("map 2, row 0, column 0"))).to_be_visible()
    expect(step(page, "backbone.features.1.0")).to_have_attribute("data-state", "selected")


def test_arrow_keys_move_from_number_to_number(page: Page, address: str) -> None:
    page.goto(address + BOOT + "&at=2,5,5")
    expect(page.get_by_role("heading", name=re.compile("row 5, column 5"))).to_be_visible()
    wait_until_still(page)
    page.locator(".map canvas").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("heading", name=re.compile("row 6, column 5"))).to_be_visible()
    wait_until_still(page)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name=re.compile("row 6, column 6"))).to_be_visible()


def test_pointing_at_a_number_shows_it(page: Page, address: str) -> None:
    page.goto(address + BOOT)
    expect(page.locator(".map canvas").first).to_be_visible()
    wait_until_still(page)
    page.locator(".map canvas").first.hover(position={"x": 100, "y": 100})
    expect(page.locator(".map + .tip").first).to_contain_text(re.compile(r"row 9, column 9: -?\d"))


def test_the_whole_network_changes_with_each_stroke(page: Page, address: str) -> None:
    page.goto(f"{address}/look_inside?models=cnn-lite&source=draw")
    expect(page.get_by_text("Draw a garment")).to_be_visible()
    expect(step(page, "picture")).to_be_visible()
    wait_until_still(page)
    canvas = page.locator("canvas.upper-canvas")
    canvas.scroll_into_view_if_needed()
    place = canvas.bounding_box()
    draw_stroke(page, [(60, 60), (240, 60)])
    seen = [step(page, name).locator("canvas") for name in ("picture", "backbone.features.2.2")]
    grid = tiles(page, "backbone.features.0.0")
    expect(grid).to_be_visible()
    wait_until_still(page)
    assert canvas.bounding_box() == place  # the next stroke lands where it is meant to
    before = [thumbnail.get_attribute("data-bytes") or "" for thumbnail in seen]
    version = grid.get_attribute("data-version") or ""
    draw_stroke(page, [(60, 60), (60, 240), (240, 240)])
    for thumbnail, old in zip(seen, before, strict=True):
        expect(thumbnail).not_to_have_attribute("data-bytes", old)
    expect(grid).not_to_have_attribute("data-version", version)


def test_epochs_change_the_maps_and_stay_in_the_url(page: Page, address: str) -> None:
    page.goto(f"{address}/look_inside?models=cnn-lite-epochs&test=0&data=drawn")
    grid = tiles(page, "backbone.features.0.0")
    expect(grid).to_be_visible()
    wait_until_still(page)
    version = grid.get_attribute("data-version") or ""
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("epoch=1"))
    expect(grid).not_to_have_attribute("data-version", version)
    page.get_by_role("radio", name="Activations").click()
    expect(page.locator("figure[data-layer]")).to_have_count(4)
    expect(page).to_have_url(re.compile("view=activations.*epoch=1"))


def test_a_block_opens_and_shows_its_steps(page: Page, address: str) -> None:
    page.goto(f"{address}/look_inside?models=mobilenetv3-small&test=0&data=drawn")
    block = "backbone.blocks.1.0"
    step(page, block).click()
    expect(page.get_by_text(f"Inside {block}")).to_be_visible()
    step(page, f"{block}.conv_dw").click()
    expect(step(page, block)).to_have_attribute("data-state", "open")
    expect(step(page, f"{block}.conv_dw")).to_have_attribute("data-state", "selected")


def test_from_predict_and_on_to_explain_with_the_same_image(page: Page, address: str) -> None:
    page.goto(f"{address}/predict?models=cnn-lite&test=7&data=drawn")
    page.get_by_role("link", name="Look inside the network").click()
    expect(page.get_by_label("Number", exact=True)).to_have_value("7")
    expect(step(page, "picture")).to_be_visible()
    wait_until_still(page)
    page.locator(".st-key-inside-links").get_by_role("link", name="Explain").click()
    expect(page.locator("figure[data-method]").first).to_have_attribute("data-model", "CNN-lite")
    expect(page.get_by_label("Number", exact=True)).to_have_value("7")
    wait_until_still(page)
    page.get_by_role("link", name="Look inside the network").click()
    expect(step(page, "picture")).to_be_visible()
    expect(page.get_by_label("Number", exact=True)).to_have_value("7")


@pytest.mark.parametrize("link", [BOOT, f"{BOOT}&step=answer", f"{BOOT}&view=activations"])
def test_a_phone_does_not_scroll_sideways(page: Page, address: str, link: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + link)
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    wait_until_still(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")
