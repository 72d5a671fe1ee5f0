"""Home in a real browser: draw and be answered, start a run in one click, follow the path."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import draw_stroke, wait_until_still

T_SHIRT = [
    (110, 50), (140, 65), (180, 65), (210, 50), (275, 95), (250, 135), (225, 120), (225, 275),
    (95, 275), (95, 120), (70, 135), (45, 95), (110, 50),
]  # fmt: skip
PROJECTOR = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
MODELS = "CNN for photos", "MLP"
TAB_BAR = 60
"""Height in pixels of the bar at the bottom of a phone's page."""


def answer(page: Page, model: str) -> Locator:
    return page.locator(f"section[data-model='{model}']")


def expect_answers(page: Page, predicted: str) -> None:
    for model in MODELS:
        expect(answer(page, model)).to_have_attribute("data-predicted", predicted)


def first_run_button(page: Page) -> Locator:
    return page.get_by_role("button", name="Train your first network")


def test_both_models_answer_a_drawing(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".home-ghost")).to_be_attached()
    draw_stroke(page, T_SHIRT)
    expect(page.locator(".home-verdict")).to_contain_text("Both say T-shirt/top.")
    expect(page.get_by_role("status").filter(has_text="Both say T-shirt/top.")).to_be_attached()
    expect_answers(page, "T-shirt/top")
    expect(answer(page, MODELS[0]).locator(".home-bar")).to_have_count(3)
    expect(page.locator(".home-ghost")).to_have_count(0)
    page.get_by_role("button", name="Clear").click()
    expect_answers(page, "")


def test_an_example_drawing_replaces_the_drawing(page: Page, address: str) -> None:
    page.goto(address)
    draw_stroke(page, T_SHIRT)
    expect_answers(page, "T-shirt/top")
    page.get_by_role("button", name="Bag", exact=True).click()
    expect_answers(page, "Bag")
    page.get_by_role("button", name="Trouser", exact=True).click()
    expect_answers(page, "Trouser")
    page.get_by_role("button", name="Clear").click()
    expect_answers(page, "")


def test_a_drawing_goes_along_to_predict_and_back(page: Page, address: str) -> None:
    page.goto(address)
    draw_stroke(page, T_SHIRT)
    expect_answers(page, "T-shirt/top")
    page.get_by_role("link", name="Try it on a drawing").click()
    expect(page.get_by_role("heading", name="Predict", level=1)).to_be_visible()
    expect_answers(page, "T-shirt/top")
    page.get_by_role("link", name="Home", exact=True).click()
    expect(first_run_button(page)).to_be_visible()
    expect_answers(page, "T-shirt/top")
    draw_stroke(page, [(20, 20), (300, 300)])
    expect(answer(page, MODELS[1])).not_to_have_attribute("data-predicted", "")


@pytest.mark.parametrize("size", [PROJECTOR, PHONE], ids=["projector", "phone"])
def test_canvas_answers_and_button_are_on_the_first_screen(
    page: Page, address: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(address)
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    wait_until_still(page)
    bottom = size["height"] - (TAB_BAR if size == PHONE else 0)
    answers = [answer(page, model) for model in MODELS]
    for part in (page.locator("canvas.upper-canvas"), *answers, first_run_button(page)):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= bottom
        assert box["x"] + box["width"] <= size["width"]


@pytest.mark.usefixtures("no_data")
def test_one_press_trains_and_shows_it(page: Page, address: str) -> None:
    page.goto(address)
    first_run_button(page).click()
    expect(page).to_have_url(re.compile(r"/train\?.*run=\d"))
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    points = "[data-testid=stVegaLiteChart] g.mark-symbol path"
    page.wait_for_function(f"document.querySelectorAll('{points}').length > 1")


@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("Pick a network", "Train"),
        ("Does it know what you draw", "Predict"),
        ("Whose network is best?", "Compare"),
        ("A heatmap shows", "Explain"),
    ],
)
def test_a_step_is_a_link_all_over(page: Page, address: str, sentence: str, title: str) -> None:
    page.goto(address)
    text = page.get_by_text(sentence)
    expect(text).to_be_visible()
    text.scroll_into_view_if_needed()
    wait_until_still(page)
    box = text.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 10, box["y"] + 8)
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


def test_a_model_can_be_tried_and_trained(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("The models", exact=True).click()
    card = page.locator(".st-key-model-cnn-lite")
    card.get_by_role("link", name="Train").click()
    expect(page).to_have_url(re.compile("preset=cnn-lite"))
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()
    page.get_by_role("link", name="Home", exact=True).click()
    page.get_by_text("The models", exact=True).click()
    card.get_by_role("link", name="Try").click()
    expect(page).to_have_url(re.compile("/predict.*models=cnn-lite"))
    expect(page.get_by_role("heading", name="Predict", level=1)).to_be_visible()
    expect(page.locator("section[data-model='CNN-lite']")).to_be_visible()
