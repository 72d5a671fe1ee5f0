"""Train on synthetic garments: curves grow, runs stop and resume, and a reload finds the run."""

import re

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import StartServer

SMALL = "/train?preset=mlp-quick&data=drawn&train_images=1000&batch_size=32"
LONG = SMALL + "&epochs=200"
NAME = "MLP, quick · synthetic garments"
POINTS = "[data-testid=stVegaLiteChart] g.mark-symbol path"
IS_SAME_CHART = """chart => {
    const svg = chart.querySelector('svg.marks');
    const isSame = svg.dataset.seen === 'yes';
    svg.dataset.seen = 'yes';
    return isSame;
}"""


def start(page: Page, address: str, link: str) -> None:
    page.goto(address + link)
    page.get_by_label("Your name").fill("Ada")
    button(page, "Train").click()


def button(page: Page, name: str) -> Locator:
    """A button of the page itself; Streamlit's header has a Stop of its own."""
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def num_points(page: Page) -> int:
    return page.locator(POINTS).count()


@pytest.mark.usefixtures("no_data")
def test_run_from_start_to_finish(page: Page, address: str) -> None:
    start(page, address, SMALL + "&epochs=3")
    # Before it starts, the page shows a finished example model.
    expect(page.get_by_text(f"{NAME}: validation images after epoch 3.")).to_be_visible()
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()
    badges = page.locator(".stMarkdownBadge").filter(visible=True)
    expect(badges.filter(has_text="synthetic garments")).to_be_visible()
    button(page, "Replay").click()
    expect(badges.filter(has_text="Replay")).to_be_visible()


@pytest.mark.usefixtures("no_data")
def test_curve_grows_in_place_and_survives_reload_stop_and_resume(page: Page, address: str) -> None:
    start(page, address, LONG)
    # Once the matrix is drawn the page has its height, and a scroll bar no longer narrows charts.
    # Before the run starts, the page shows the curves of an example model.
    expect(page.get_by_text(f"{NAME}: validation images after epoch")).to_be_visible()
    chart = page.get_by_test_id("stVegaLiteChart").first
    page.wait_for_function(f"document.querySelectorAll('{POINTS}').length > {num_points(page)}")
    chart.evaluate(IS_SAME_CHART)
    before = num_points(page)
    page.wait_for_function(f"document.querySelectorAll('{POINTS}').length > {before}")
    assert chart.evaluate(IS_SAME_CHART), "the chart was replaced: it flickers"

    page.reload()
    expect(button(page, "Stop")).to_be_visible()
    expect(page).to_have_url(re.compile("run="))

    button(page, "Stop").click()
    expect(page.get_by_text("Stopped by a user.")).to_be_visible()
    expect(button(page, "Pause")).to_be_hidden()
    button(page, "Continue training").click()
    expect(button(page, "Pause")).to_be_visible()
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    button(page, "Stop").click()
    expect(button(page, "Continue training")).to_be_visible()


@pytest.mark.usefixtures("no_data")
def test_run_outlives_a_killed_server_and_the_next_server_shows_it(
    page: Page, start_server: StartServer
) -> None:
    first = start_server()
    start(page, first, LONG)
    expect(page.get_by_text(f"{NAME}: validation images after epoch")).to_be_visible()
    listener(first).kill()
    page.goto(start_server() + "/train")
    expect(button(page, "Pause")).to_be_visible()
    before = num_points(page)
    page.wait_for_function(f"document.querySelectorAll('{POINTS}').length > {before}")
    button(page, "Stop").click()
    expect(page.get_by_text("Stopped by a user.")).to_be_visible()


def listener(address: str) -> psutil.Process:
    """The process that serves `address`."""
    port = address.rpartition(":")[2]
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "streamlit" in command and f"--server.port={port}" in command:
            return process
    pytest.fail(f"No process serves {address}.")
