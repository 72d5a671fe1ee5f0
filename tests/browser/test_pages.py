"""Pages in a real browser: deep links, no requests to others, and nothing cut off on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from fmnist_core.ui.navigation import HEALTH, PAGES, SEARCH
from tests.browser.actions import wait_until_still


def path_of(entry: object) -> str:
    return "/" if entry.is_home else "/" + entry.title.lower()


def test_deep_link_as_the_first_request_of_a_fresh_server(page: Page, address: str) -> None:
    page.goto(f"{address}/train?preset=cnn-quick&epochs=3")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Home")).to_be_visible()
    expect(page.get_by_text("Adjust · 1 change")).to_be_visible()
    expect(page).to_have_url(f"{address}/train?preset=cnn-quick&epochs=3")


@pytest.mark.usefixtures("no_data")
def test_every_page_opens_without_data(page: Page, address: str) -> None:
    # These pages need data only for test images.
    queries = {"Compare": "?view=hardest", "Predict": "?test=0", "Explain": "?test=0"}
    for entry in PAGES:
        page.goto(address + path_of(entry) + queries.get(entry.title, ""))
        expect(page.get_by_text("Fashion-MNIST is not on this machine").first).to_be_visible()
        expect(page.get_by_role("button", name="Download (31 MB)")).to_be_visible()


def test_no_request_goes_to_a_third_party(page: Page, address: str) -> None:
    other_requests: list[str] = []
    page.on(
        "request",
        lambda request: (
            request.url.startswith((address, "data:", "blob:", "ws:"))
            or other_requests.append(request.url)
        ),
    )
    for entry in PAGES:
        page.goto(address + path_of(entry))
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert other_requests == []


def test_no_page_is_wider_than_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for entry in PAGES:
        page.goto(address + path_of(entry))
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_one_back_leaves_every_page(page: Page, address: str) -> None:
    page.goto(address)
    for entry in PAGES[1:]:
        open_page(page, entry.title)
        if entry in (SEARCH, HEALTH):  # without a search, they have nothing to write
            wait_until_still(page)
        else:
            expect(page).to_have_url(re.compile(r"\?"))  # the page has written what it shows
        page.go_back()
        expect(page.get_by_role("heading", name="Fashion-MNIST Lab", level=1)).to_be_visible()


def test_streamlits_own_stop_button_is_out_of_sight(page: Page, address: str) -> None:
    """It looks as if it stopped the training, and it leaves half a page."""
    shown: list[str] = []

    def note_shown(text: str) -> None:
        shown.append(text)

    page.expose_function("noteShown", note_shown)
    page.goto(address)
    # Until the style sheet has arrived, a cold server shows it for a moment.
    expect(page.get_by_role("heading", name="Fashion-MNIST Lab", level=1)).to_be_visible()
    page.evaluate(
        """() => setInterval(() => {
            const sign = document.querySelector("[data-testid=stStatusWidget]");
            if (sign && sign.checkVisibility()) noteShown(sign.innerText);
        }, 20)"""
    )
    for entry in PAGES[1:]:
        open_page(page, entry.title)
        wait_until_still(page)
    assert shown == []


def test_on_a_phone_the_bar_is_at_the_bottom_and_hides_nothing(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    bar = page.locator(".st-key-navigation")
    for entry in PAGES[1:]:
        open_page(page, entry.title)
        wait_until_still(page)
        box = bar.bounding_box()
        assert box is not None
        assert (box["y"] + box["height"], box["width"]) == (844, 390)
        assert box["height"] <= 64


def open_page(page: Page, title: str) -> None:
    page.locator(".st-key-navigation").get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title, level=1, exact=True)).to_be_visible()
