"""Explain in a real browser: its first screen, from a mistake in Compare, a drawing, covered."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from fmnist_core.charts.palette import SELECTED_COLOR
from fmnist_core.synthetic.garments import draw_garment_large
from tests.browser.actions import draw_stroke, wait_until_still

MISTAKE = "/explain?models=cnn,mlp&test=23"
"""An ankle boot that the CNN classifies as a sandal."""


def maps(page: Page) -> Locator:
    return page.locator("figure[data-method]")


def source(page: Page, name: str) -> str:
    return page.get_by_role("img", name=name, exact=True).first.get_attribute("src") or ""


def to_predict(page: Page) -> None:
    page.get_by_role("link", name="Predict").first.click()
    expect(page.get_by_role("heading", name="Predict", exact=True)).to_be_visible()
    expect(maps(page)).to_have_count(0)


@pytest.mark.real_data
def test_from_a_cell_of_a_confusion_matrix_to_the_heatmap(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp&view=confusion")
    matrix = page.get_by_test_id("stVegaLiteChart").first
    cell = matrix.locator("path[aria-label^='Shirt predicted as Coat:']")
    # The view's last parts: what is drawn after the matrix would lose the click. Both matrices and
    # their difference, which may stand there first and has such a cell too.
    expect(page.get_by_role("heading", name="CNN minus MLP")).to_be_visible()
    expect(page.locator("svg.marks")).to_have_count(3)
    expect(page.locator("figure[data-index]")).to_have_count(12)
    expect(cell).to_be_visible()
    wait_until_still(page)
    cell.click(force=True)
    expect(cell).to_have_attribute("stroke", SELECTED_COLOR)
    expect(page.get_by_text(re.compile("Shirt predicted as Coat: .* images"))).to_be_visible()
    mistake = page.locator("figure[data-index]").first
    expect(mistake).to_contain_text(re.compile(r"CNN ✗\s*Coat"))  # this cell's, not the one before
    number = mistake.get_attribute("data-index") or ""
    mistake.get_by_role("link", name="Explain").click()
    expect(page.get_by_label("Number")).to_have_value(number)
    expect(page.get_by_text("Actually: Shirt")).to_be_visible()
    expect(maps(page).first).to_have_attribute("data-model", "CNN")
    expect(maps(page).first).to_contain_text("Why Coat")

    # All of them on average.
    page.go_back()
    expect(page.locator("figure[data-index]")).to_have_count(12)
    wait_until_still(page)
    cell.click(force=True)
    expect(cell).to_have_attribute("stroke", SELECTED_COLOR)
    page.get_by_role("link", name="looks at in these images, on average").click()
    expect(
        page.get_by_text(re.compile(r"Why Coat and not Shirt \(\d+ misclassified Shirt"))
    ).to_be_visible()


@pytest.mark.real_data
def test_class_contrast_and_grid_change_the_heatmap(page: Page, address: str) -> None:
    page.goto(address + MISTAKE)
    picture = maps(page).first.get_by_role("img")
    expect(maps(page).first).to_contain_text("Why Sandal")
    seen = {picture.get_attribute("src")}
    page.get_by_text("Options", exact=True).click()
    page.get_by_label("Explain", exact=True).click()
    page.get_by_role("option", name="the true class").click()
    expect(maps(page).first).to_contain_text("Evidence for Ankle boot (7%)")
    seen.add(picture.get_attribute("src"))
    wait_until_still(page)  # a rerun that ends now would close the list
    against = page.get_by_label("Instead of", exact=True)
    against.evaluate("box => box.scrollIntoView({block: 'center'})")  # scrolling closes the list
    against.click()
    page.get_by_role("option", name="Sneaker").click()
    expect(maps(page).first).to_contain_text("Why Ankle boot and not Sneaker")
    seen.add(picture.get_attribute("src"))
    page.get_by_text("Show the raw grid").click()
    page.wait_for_function(
        "seen => !seen.includes(document.querySelector('figure[data-method] img').src)", arg=[*seen]
    )
    expect(page.locator("[data-stale=true]")).to_have_count(0)  # the buttons are the new map's
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "model,method,class,against,layer,row,column,weight"
    assert len(lines) == 1 + 7 * 7 + 2 * 784  # the CNN's grid, and the MLP's two maps
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    with Image.open(download.value.path()) as sheet:
        assert sheet.width > 2 * 672


@pytest.mark.real_data
def test_covering_the_evidence_changes_the_prediction(page: Page, address: str) -> None:
    page.goto(f"{address}/explain?models=cnn&test=0&view=poke")
    card = page.locator("section[data-model='CNN']")
    expect(card).to_have_attribute("data-predicted", "Ankle boot")
    before = card.text_content() or ""
    page.get_by_role("radio", name="White").click()
    expect(page.get_by_text("White: as if bright fabric were there.")).to_be_visible()
    expect(card).to_be_in_viewport(ratio=1)  # beside the canvas
    draw_stroke(page, [(30, 60), (200, 60), (30, 120), (200, 140), (40, 30), (220, 30)])
    expect(page.get_by_text("What the models say now")).to_be_visible()
    expect(card).not_to_have_text(before)
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    painted = card.text_content() or ""
    # It outlives a look at another view.
    page.get_by_role("radio", name="Heatmaps").click()
    expect(page.get_by_role("button", name="CSV")).to_be_visible()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.get_by_role("radio", name="Cover it up").click()
    expect(card).to_have_text(painted)
    expect(page.get_by_text("What the models say now")).to_be_visible()
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.get_by_text("Cover the part you think matters most")).to_be_visible()
    expect(card).to_have_text(before)

    # The weight of a pixel, by pointing at it.
    page.get_by_text("Weights, pixel by pixel").click()
    pixel = page.locator("[data-testid=stVegaLiteChart] path[aria-label*='Weight']").nth(400)
    pixel.hover(force=True)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Weight")


def test_linked_test_image_is_kept_across_pages(page: Page, address: str) -> None:
    page.goto(f"{address}/predict?models=cnn-lite&test=7&data=drawn")
    expect(page.get_by_text("Actually: ")).to_be_visible()
    page.get_by_role("link", name="Why did they say that?").click()
    expect(maps(page).first).to_be_visible()
    expect(page.get_by_label("Number")).to_have_value("7")
    expect(page).to_have_url(re.compile("test=7"))
    to_predict(page)
    expect(page.get_by_label("Number")).to_have_value("7")


def test_drawing_and_upload_are_explained_by_one_click(page: Page, address: str) -> None:
    page.goto(f"{address}/predict?models=cnn")
    draw_stroke(page, [(110, 50), (210, 50), (275, 95), (225, 275), (95, 275), (45, 95), (110, 50)])
    link = page.get_by_role("link", name="Why did they say that?")
    expect(link).to_be_visible()
    link.click()
    expect(maps(page).first).to_have_attribute("data-model", "CNN")
    expect(page.get_by_role("img", name="Grad-CAM of CNN over the original")).to_be_visible()

    to_predict(page)
    page.get_by_role("radio", name="Your photo").click()
    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(1, 4)).save(file, "PNG")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "legs.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("CNN says Trouser.")).to_be_visible()
    page.get_by_role("link", name="Why did they say that?").click()
    expect(maps(page).first).to_contain_text("Why Trouser")
    expect(page.get_by_role("img", name="Grad-CAM of CNN over the original")).to_be_visible()
    seen = source(page, "What the models see")

    # What was set by hand there holds here.
    to_predict(page)
    page.get_by_role("radio", name="Light garment on dark background").click()
    expect(page.get_by_role("img", name="What the models see")).not_to_have_attribute("src", seen)
    page.get_by_role("link", name="Why did they say that?").click()
    expect(maps(page).first).to_be_visible()
    assert source(page, "What the models see") != seen


@pytest.mark.real_data
def test_class_overview_shows_its_progress(page: Page, address: str) -> None:
    page.goto(f"{address}/explain?models=cnn&view=many")
    expect(page.get_by_text(re.compile(r"\d+ of \d+ heatmaps"))).to_be_visible()
    expect(page.get_by_text(re.compile("Correct: .* images"))).to_be_visible()
    expect(page.locator("figure[data-index]")).to_have_count(12)
    number = page.locator("figure[data-index]").first.get_attribute("data-index") or ""
    page.get_by_role("link", name=f"no. {number}", exact=True).click()
    expect(maps(page).first).to_have_attribute("data-model", "CNN")
    expect(page.get_by_label("Number")).to_have_value(number)


SCREENS = {"desktop": (1280, 720), "phone": (390, 844)}
TAB_BAR = 60
"""Height of a phone's navigation, at the bottom."""


@pytest.mark.real_data
@pytest.mark.parametrize("screen", SCREENS)
def test_first_screen_shows_a_large_heatmap_and_what_one_sees(
    page: Page, address: str, screen: str
) -> None:
    width, height = SCREENS[screen]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}/explain")
    title = page.get_by_role("heading", name=re.compile("CNN for photos says Coat, 97% sure"))
    expect(title).to_be_visible()
    expect(
        page.get_by_text(re.compile("lies on the garment, mainly on its middle"))
    ).to_be_visible()
    wait_until_still(page)
    last = height - (TAB_BAR if screen == "phone" else 0)
    for element in (maps(page).first.get_by_role("img"), title):
        box = element.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= last
    picture = maps(page).first.get_by_role("img").bounding_box()
    assert picture is not None
    assert picture["width"] >= 300
    no_sideways_scrolling(page)


def no_sideways_scrolling(page: Page) -> None:
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.mark.real_data
def test_panel_stays_in_sight_beside_a_long_explanation(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{address}/explain?models=cnn,mlp&view=trust")
    expect(page.get_by_role("heading", name=re.compile("Yes, this heatmap"))).to_have_count(2)
    page.get_by_text("What is measured?").scroll_into_view_if_needed()
    expect(page.get_by_role("heading", name="Picture")).to_be_in_viewport()


@pytest.mark.real_data
def test_epochs_play_and_the_open_view_survives_a_reload(page: Page, address: str) -> None:
    page.goto(f"{address}/explain")
    expect(maps(page).first).to_be_visible()
    page.get_by_role("radio", name="Through training").click()
    expect(page.get_by_role("heading", name=re.compile("After epoch 1: "))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Models: "))).to_have_count(0)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("After epoch 8: "))).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page).to_have_url(re.compile("view=training"))
    page.reload()
    expect(page.get_by_role("radio", name="Through training")).to_be_checked()
    expect(page.get_by_role("heading", name=re.compile("After epoch 1: "))).to_be_visible()


def test_unknown_view_of_a_link_is_a_warning(page: Page, address: str) -> None:
    page.goto(f"{address}/explain?models=cnn-lite&view=colors&test=7&data=drawn")
    expect(page.get_by_text("This link asks for the view 'colors'")).to_be_visible()
    expect(maps(page).first).to_be_visible()


@pytest.mark.real_data
def test_brush_has_the_color_that_covers(page: Page, address: str) -> None:
    page.goto(f"{address}/explain?models=cnn&test=0&view=poke")
    seen = page.get_by_role("img", name="What the models see now")
    expect(seen).to_be_visible()
    page.get_by_role("radio", name="White").click()
    expect(page.get_by_text("White: as if bright fabric were there.")).to_be_visible()
    draw_stroke(page, [(40, 40), (300, 40)])
    expect(page.get_by_role("heading", name="What the models say now")).to_be_visible()
    # The component has several canvases, one of them for the strokes.
    colors = page.locator("canvas").evaluate_all(
        "all => all.map(canvas => [...canvas.getContext('2d').getImageData("
        "170 * canvas.width / 336, 40 * canvas.height / 336, 1, 1).data])"
    )
    assert [255, 255, 255, 255] in colors
