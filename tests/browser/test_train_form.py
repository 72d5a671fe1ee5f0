"""The form of Train in a real browser: on the first screen, forgiving, and it knows its student."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from fmnist_core.training import cost_estimate
from fmnist_core.training.cost_estimate import CostEstimate, PhaseCost
from fmnist_core.training.presets import PRESETS
from tests.browser.actions import wait_until_still

ESTIMATE = CostEstimate(
    parameters=535_000,
    flops_per_image=1_070_000,
    phases=(PhaseCost(images_per_second=10_000, seconds_per_epoch=3, seconds_once=0),),
    start_seconds=7,
    memory_bytes=1_100_000_000,
    micro_batch=40,
    device="a processor",
    precision="float32",
)
KEPT_NAME = "document.cookie.match(/fashion-mnist-lab-student=(.*?)(;|$)/)?.[1]"
TAB_BAR = 60
"""Height of the tab bar at the bottom of a phone, in pixels."""


def train_button(page: Page) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True)


def student(page: Page) -> Locator:
    # While a rerun replaces the field, there are two for a moment.
    return page.get_by_label("Your name", exact=True).first


def bottom(locator: Locator) -> float:
    """The lower edge, in pixels from the top of the window."""
    expect(locator).to_be_visible()
    box = locator.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def adjust(page: Page) -> None:
    page.get_by_text("Adjust", exact=True).click()
    expect(page.get_by_role("heading", name="Basics")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_what_starts_a_run_is_on_the_first_screen(
    page: Page, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{address}/train")
    expect(train_button(page)).to_be_visible()
    wait_until_still(page)
    visible = height - (TAB_BAR if width < 640 else 0)
    for locator in (
        page.get_by_role("radio", name="MLP", exact=True),
        page.get_by_role("radio", name="Quick", exact=True),
        page.get_by_text("Expected time", exact=True),
        student(page),
        train_button(page),
    ):
        assert bottom(locator) < visible
    assert bottom(train_button(page)) < 740
    expect(page.get_by_text("FLOPs per image", exact=True)).to_be_hidden()


def test_only_the_time_is_shown_and_other_costs_are_one_click_away(
    page: Page, address: str
) -> None:
    recipe = PRESETS["mlp-quick"].recipe.changed(data="drawn", batch_size=40)
    cost_estimate.save_estimate(recipe, ESTIMATE)
    page.goto(f"{address}/train?data=drawn&batch_size=40")
    expect(page.get_by_text("31 s", exact=True)).to_be_visible()
    wait_until_still(page)
    page.get_by_test_id("stPopover").get_by_role("button", name="Cost").click()
    costs = page.get_by_test_id("stPopoverBody")
    for text in ("Parameters", "535 k", "FLOPs per image", "1.07 M", "Memory", "1.1 GB"):
        expect(costs.get_by_text(text, exact=True)).to_be_visible()


def test_settings_begin_with_the_basics_and_experts_unfold_theirs(page: Page, address: str) -> None:
    page.goto(f"{address}/train")
    adjust(page)
    for label in ("Epochs", "Learning rate", "Batch size", "Training images"):
        expect(page.get_by_text(label, exact=True).first).to_be_visible()
    expect(page.get_by_text("Initial weights", exact=True)).to_be_hidden()
    page.get_by_text("Expert settings", exact=True).click()
    expect(page.get_by_text("Initial weights", exact=True)).to_be_visible()
    expect(page.get_by_text("Activation", exact=True)).to_have_count(0)  # it has no effect yet


def test_invalid_batch_size_is_explained_and_the_box_shows_what_is_trained(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/train")
    adjust(page)
    batch_size = page.get_by_label("Batch size", exact=True)
    batch_size.fill("7")
    batch_size.press("Enter")
    sentence = "Batch size must be a whole number from 8 to 8,192, not 7. It stays at 512."
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(batch_size).to_have_value("512")
    batch_size.fill("64")
    batch_size.press("Enter")
    expect(page.get_by_text(sentence)).to_be_hidden()
    expect(page.get_by_text("Will be listed as Quick MLP (batch 64)")).to_be_visible()
    expect(page).to_have_url(re.compile("batch_size=64"))
    page.get_by_role("button", name="Reset to preset").click()
    expect(batch_size).to_have_value("512")
    expect(page.get_by_text("Will be listed as Quick MLP", exact=True)).to_be_visible()


def test_name_survives_reload_and_a_new_session_until_it_is_cleared(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/train")
    student(page).fill("Ada")
    student(page).press("Enter")
    expect(page.get_by_text("Will be listed as Ada · Quick MLP")).to_be_visible()
    page.wait_for_function(f"{KEPT_NAME} === 'Ada'")
    page.reload()
    expect(student(page)).to_have_value("Ada")
    expect(page.get_by_text("Will be listed as Ada · Quick MLP")).to_be_visible()

    other = page.context.new_page()
    other.goto(f"{address}/train")
    expect(student(other)).to_have_value("Ada")
    student(other).fill("")
    student(other).press("Enter")
    other.wait_for_function(f"{KEPT_NAME} === undefined")
    other.reload()
    expect(other.get_by_text("Will be listed as Quick MLP", exact=True)).to_be_visible()
    expect(student(other)).to_have_value("")


def test_typing_is_not_overwritten_by_the_name_that_was_kept(page: Page, address: str) -> None:
    page.goto(f"{address}/train")
    student(page).fill("Ada")
    student(page).press("Enter")
    page.wait_for_function(f"{KEPT_NAME} === 'Ada'")
    page.reload()
    student(page).press_sequentially("Bob", delay=120)  # perhaps while the browser answers
    student(page).press("Enter")
    kept = re.compile("Will be listed as (Bob|BobAda|AdaBob) · Quick MLP")
    expect(page.get_by_text(kept)).to_be_visible()
    page.wait_for_function(f"({KEPT_NAME} ?? '').includes('Bob')")


def test_another_seed_is_rolled(page: Page, address: str) -> None:
    page.goto(f"{address}/train")
    adjust(page)
    page.get_by_role("button", name="Roll another seed").click()
    expect(page).to_have_url(re.compile(r"seed=\d+"))
    expect(page.get_by_label("Seed", exact=True)).not_to_have_value("0")


def test_wrong_link_names_the_setting_by_its_title(page: Page, address: str) -> None:
    page.goto(f"{address}/train?preset=mlp-quick&batch_size=7&colour=red")
    warning = page.get_by_text("Part of this link doesn't work")
    expect(warning).to_contain_text("Batch size must be a whole number from 8 to 8,192, not '7'.")
    expect(warning).to_contain_text("There is no setting 'colour'.")
