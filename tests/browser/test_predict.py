"""Predict in a real browser: draw, undo, upload, a batch, and a link from Compare."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from fmnist_core.synthetic.garments import draw_garment_large
from tests.browser.actions import draw_stroke, wait_until_still

BOOT = 9
T_SHIRT = [
    (110, 50), (140, 65), (180, 65), (210, 50), (275, 95), (250, 135), (225, 120), (225, 275),
    (95, 275), (95, 120), (70, 135), (45, 95), (110, 50),
]  # fmt: skip
LINK = "/predict?models=cnn,mlp"


def card(page: Page, model: str) -> Locator:
    return page.locator(f"section[data-model='{model}']")


def probabilities(page: Page, model: str) -> list[str | None]:
    return [
        bar.get_attribute("data-probability")
        for bar in card(page, model).locator("div[data-probability]").all()
    ]


def answer(page: Page, text: str) -> Locator:
    """The answer in short, and not what a screen reader is told."""
    return page.locator(".summary").get_by_text(text)


def canvas_button(page: Page, name: str) -> Locator:
    """Undo or Clear below the canvas, which has hidden buttons of its own."""
    return page.locator(f".st-key-sketch-{name} button")


def box_of(locator: Locator) -> dict[str, float]:
    box = locator.bounding_box()
    assert box is not None
    return {
        "left": box["x"],
        "top": box["y"],
        "right": box["x"] + box["width"],
        "bottom": box["y"] + box["height"],
    }


def photo(label: int = BOOT) -> bytes:
    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(label, 4)).save(file, "PNG")
    return file.getvalue()


def open_source(page: Page, title: str) -> None:
    page.get_by_role("radio", name=title).click()


def test_a_stroke_may_begin_in_the_corner_where_the_canvas_hides_its_toolbar(
    page: Page, address: str
) -> None:
    page.goto(address + LINK)
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_be_visible()
    wait_until_still(page)
    corner = box_of(canvas)
    page.mouse.move(0, 0)
    page.mouse.move(corner["right"] - 40, corner["top"] + 12)  # at once, as a finger arrives
    page.mouse.down()
    page.mouse.move(corner["right"] - 60, corner["top"] + 150, steps=5)
    page.mouse.up()
    expect(card(page, "CNN")).not_to_have_attribute("data-predicted", "")


def test_drawing_moves_the_bars_and_undo_moves_them_back(page: Page, address: str) -> None:
    page.goto(address + LINK)
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    expect(card(page, "CNN")).to_have_attribute("data-predicted", "")
    draw_stroke(page, T_SHIRT)
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    expect(page.get_by_role("img", name="Filled")).to_be_visible()
    before = probabilities(page, "CNN")
    assert len(before) == 10

    draw_stroke(page, [(160, 60), (160, 270), (30, 270), (30, 200)])
    expect(card(page, "CNN").locator("div[data-probability]").first).not_to_have_attribute(
        "data-probability", before[0] or ""
    )
    assert probabilities(page, "CNN") != before
    canvas_button(page, "undo").click()
    expect(card(page, "CNN").locator("div[data-probability]").first).to_have_attribute(
        "data-probability", before[0] or ""
    )
    assert probabilities(page, "CNN") == before

    # An outline that is not filled is another image.
    page.get_by_role("button", name="Brush options").click()
    page.get_by_text("Color in my outline").click()
    expect(page.get_by_role("img", name="Filled")).to_have_count(0)


def test_drawing_survives_a_visit_to_another_page(page: Page, address: str) -> None:
    page.goto(address + LINK)
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    draw_stroke(page, T_SHIRT)
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    page.locator(".st-key-nav-Home").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1, name="Fashion-MNIST Lab")).to_be_visible()
    page.locator(".st-key-nav-Predict").get_by_role("link").click()
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    draw_stroke(page, [(100, 100), (220, 260)])
    expect(page.get_by_role("img", name="What the models see")).to_be_visible()
    expect(card(page, "CNN")).not_to_have_attribute("data-predicted", "")
    canvas_button(page, "clear").click()
    expect(card(page, "CNN")).to_have_attribute("data-predicted", "")


def test_canvas_and_answer_are_side_by_side_on_a_projector(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{address}/predict?models=cnn,mlp,cnn-lite")
    draw_stroke(page, T_SHIRT)
    expect(answer(page, "All 3 models say T-shirt/top.")).to_be_visible()
    wait_until_still(page)
    canvas = box_of(page.locator("canvas.upper-canvas"))
    cards = [box_of(card(page, model)) for model in ("CNN", "MLP", "CNN-lite")]
    assert max(canvas["bottom"], *(box["bottom"] for box in cards)) <= 720
    assert all(box["left"] > canvas["right"] for box in cards)
    assert len({box["top"] for box in cards}) == 1  # none hangs alone
    assert box_of(canvas_button(page, "undo"))["bottom"] <= 720


def test_canvas_and_answer_are_on_the_first_screen_of_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + LINK)
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    wait_until_still(page)
    before = box_of(page.locator("canvas.upper-canvas"))
    draw_stroke(page, T_SHIRT)
    summary = answer(page, "Both models say T-shirt/top.")
    expect(summary).to_be_visible()
    wait_until_still(page)
    canvas, tab_bar = (
        box_of(page.locator("canvas.upper-canvas")),
        page.locator(".st-key-navigation"),
    )
    assert canvas == before  # the answer does not push it away under the finger
    assert box_of(summary)["bottom"] <= canvas["top"]
    assert box_of(canvas_button(page, "undo"))["bottom"] <= box_of(tab_bar)["top"]
    tools = [box_of(page.get_by_role("radio", name=name)) for name in ("Brush", "Box")]
    assert tools[0]["top"] == tools[1]["top"]
    assert tools[1]["right"] <= 390


def test_a_gap_in_the_outline_is_said_and_closing_it_helps(page: Page, address: str) -> None:
    page.goto(address + LINK)
    draw_stroke(page, T_SHIRT[:-3])
    gap = page.get_by_text("Your outline has a gap, so it was not filled in.")
    expect(gap).to_be_visible()
    draw_stroke(page, T_SHIRT[-4:])
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    expect(gap).to_have_count(0)


def test_reload_keeps_the_drawing(page: Page, address: str) -> None:
    page.goto(address + LINK)
    draw_stroke(page, T_SHIRT)
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    wait_until_still(page)
    before = probabilities(page, "CNN")
    page.reload()
    expect(answer(page, "Both models say T-shirt/top.")).to_be_visible()
    wait_until_still(page)
    assert probabilities(page, "CNN") == before
    canvas_button(page, "undo").click()
    expect(card(page, "CNN")).to_have_attribute("data-predicted", "")
    wait_until_still(page)
    page.reload()
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    wait_until_still(page)
    expect(card(page, "CNN")).to_have_attribute("data-predicted", "")


def test_reload_opens_the_source_that_was_open(page: Page, address: str) -> None:
    page.goto(address + LINK)
    open_source(page, "Your photo")
    expect(page.get_by_text("Upload, take or paste a photo.")).to_be_visible()
    wait_until_still(page)
    page.reload()
    expect(page.get_by_text("Upload, take or paste a photo.")).to_be_visible()
    expect(page.get_by_role("radio", name="Your photo")).to_be_checked()


def test_ones_last_own_run_is_among_the_models(page: Page, address: str, make_run) -> None:
    run = make_run(name="My first", finished=True)
    page.context.add_cookies(
        [{"name": "fashion-mnist-lab-own-runs", "value": run.id, "url": address}]
    )
    page.goto(f"{address}/predict")
    expect(page.get_by_role("button", name="Models: My first, CNN for photos, MLP")).to_be_visible()
    expect(card(page, "Ada · My first")).to_be_visible()


def test_unknown_source_in_a_link_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}/predict?source=telescope")
    expect(page.get_by_text("image source 'telescope', which doesn't exist")).to_be_visible()


def test_explain_opens_in_the_same_tab_with_the_drawing_and_the_models(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/predict?models=cnn-lite")
    draw_stroke(page, T_SHIRT)
    page.get_by_role("link", name="Why did they say that?").click()
    expect(page.get_by_role("heading", level=1, name="Explain")).to_be_visible()
    expect(page.get_by_role("button", name="Models: CNN-lite")).to_be_visible()
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    assert len(page.context.pages) == 1


def test_draw_with_a_finger(browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/predict?models=cnn")
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    touch = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [(90, 60)]),
        *(("touchMove", [(90 + step, 60 + 10 * step)]) for step in range(1, 20)),
        ("touchEnd", []),
    ):
        at = [{"x": box["x"] + across, "y": box["y"] + down} for across, down in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    expect(card(page, "CNN")).not_to_have_attribute("data-predicted", "")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_upload_is_predicted_adjusted_and_removed_and_no_image_warns(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(address + LINK)
    open_source(page, "Your photo")
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "boot.png", "mimeType": "image/png", "buffer": photo()})
    expect(answer(page, "Both models say Ankle boot.")).to_be_visible()
    expect(page.get_by_role("img", name="Sharpened")).to_be_visible()
    seen = page.get_by_role("img", name="What the models see")
    before = seen.get_attribute("src") or ""
    page.get_by_role("radio", name="Light garment on dark background").click()
    expect(seen).not_to_have_attribute("src", before)

    # Neither the photo nor its name is written to disk.
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(photo() in contents or b"boot.png" in contents for contents in files)

    page.get_by_role("button", name="Another photo").click()
    expect(card(page, "CNN")).to_have_attribute("data-predicted", "")
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.get_by_text("no.png cannot be read as an image")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_box_and_strokes_on_a_photo_change_the_answer_and_undo_takes_them_back(
    page: Page, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{address}/predict?models=cnn-lite&source=upload")
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "boot.png", "mimeType": "image/png", "buffer": photo()})
    expect(answer(page, "CNN-lite says Ankle boot.")).to_be_visible()
    outlined, seen = page.locator("img.outlined"), page.get_by_alt_text("What the models see")
    whole = seen.get_attribute("src") or ""

    page.get_by_role("radio", name="Box").click()
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_be_visible()
    wait_until_still(page)
    assert box_of(canvas) == pytest.approx(box_of(outlined), abs=1)
    assert box_of(canvas)["right"] <= width
    edge = box_of(canvas)["right"] - box_of(canvas)["left"]
    draw_stroke(page, [(round(edge * x), round(edge * y)) for x, y in ((0.3, 0.3), (0.9, 0.7))])
    expect(seen).not_to_have_attribute("src", whole)
    boxed = outlined.get_attribute("src") or ""

    page.get_by_role("radio", name="This is background").click()
    wait_until_still(page)
    draw_stroke(page, [(round(edge * 0.5), round(edge * y)) for y in (0.4, 0.6)])
    expect(outlined).not_to_have_attribute("src", boxed)
    page.locator(".st-key-photo-buttons").get_by_role("button", name="Undo").click()
    expect(outlined).to_have_attribute("src", boxed)
    page.locator(".st-key-photo-buttons").get_by_role("button", name="Reset").click()
    expect(seen).to_have_attribute("src", whole)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_a_camera_the_page_says_what_to_do_instead(page: Page, address: str) -> None:
    page.goto(f"{address}/predict?models=cnn-lite&source=camera")
    expect(page.get_by_text("on a phone, the upload button offers the camera")).to_be_visible()
    page.get_by_role("button", name="Upload instead").click()
    expect(page.locator("input[type=file]").first).to_be_attached()


def test_batch_becomes_a_table_with_a_download(page: Page, address: str, tmp_path: Path) -> None:
    archive = tmp_path / "garments.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for label in range(10):
            file.writestr(f"class {label}.png", photo(label))
        file.writestr("../out.png", photo())
    page.goto(address + LINK)
    open_source(page, "Your photo")
    page.locator("input[type=file]").first.set_input_files(str(archive))
    expect(page.get_by_text("11 files, 1 couldn't be read")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "image,answer,confidence,second,third,unfamiliar,problem,not_sure"
    assert len(lines) == 12
    assert "leads out of its archive" in lines[-1]
    canvas = page.get_by_test_id("stDataFrame").first.locator("canvas").first
    wait_until_still(page)
    canvas.click(position={"x": 18, "y": 42 + 34}, force=True)
    expect(page.get_by_role("heading", name="What models see: class 0.png")).to_be_visible()
    expect(card(page, "MLP")).not_to_have_attribute("data-predicted", "")


@pytest.mark.real_data
def test_one_click_from_a_mistake_in_compare(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp&view=hardest")
    first = page.locator("figure[data-index]").first
    expect(first).to_be_visible()
    number = first.get_attribute("data-index")
    first.get_by_role("link", name="Predict").click()
    expect(page.get_by_text(re.compile("Actually: "))).to_be_visible()
    expect(card(page, "MLP")).not_to_have_attribute("data-predicted", "")
    expect(page.get_by_label("Number")).to_have_value(number or "")
    page.go_back()
    expect(page.get_by_role("heading", name="Compare", level=1)).to_be_visible()
