"""Pages in a real browser: deep links, no requests to others, and nothing cut off on a phone."""

import pytest
from playwright.sync_api import Page, expect

from fmnist_core.ui.navigation import PAGES


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
