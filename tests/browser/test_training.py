"""Train on synthetic garments: curves grow, runs stop and resume, and a reload finds the run."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from fmnist_core.errors import LabError
from fmnist_core.jobs import queue
from tests.browser.actions import wait_until_still
from tests.browser.conftest import StartServer

SMALL = "/train?preset=mlp-quick&data=drawn&train_images=1000&batch_size=32"
LONG = SMALL.replace("=1000", "=4000") + "&epochs=200"
PROJECTOR = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}
PHONE_TABS = 60
"""Height of the tab bar at the bottom of a phone."""
CHARTS = "[data-testid=stVegaLiteChart] svg.marks"
POINTS = "[data-testid=stVegaLiteChart] g.mark-symbol path"
IS_SAME_CHART = """chart => {
    const svg = chart.querySelector('svg.marks');
    const isSame = svg.dataset.seen === 'yes';
    svg.dataset.seen = 'yes';
    return isSame;
}"""

pytestmark = pytest.mark.usefixtures("no_data")


@pytest.fixture(autouse=True)
def _no_run_outlives_its_test(runs_folder: Path) -> Iterator[None]:
    """Stop what a test has left training or waiting: a run outlives its server."""
    yield
    for entry in reversed(queue.list_queue(runs_folder)):
        with suppress(LabError):
            if entry.position:
                queue.cancel_run(entry.run)
            else:
                queue.control_run(entry.run, "stop")


def start(page: Page, address: str, link: str, *, student: str = "Ada") -> None:
    page.goto(address + link)
    page.get_by_label("Your name").fill(student)
    button(page, "Train").click()


def button(page: Page, name: str) -> Locator:
    """A button of the page itself; Streamlit's header has a Stop of its own."""
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def stop(page: Page) -> None:
    """Press Stop, and again in the dialog that asks."""
    button(page, "Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop training").click()


def num_points(page: Page) -> int:
    return page.locator(POINTS).count()


def wait_for_more_points(page: Page, than: int) -> None:
    page.wait_for_function(f"document.querySelectorAll('{POINTS}').length > {than}")


def wait_for_an_epoch(page: Page) -> None:
    expect(page.get_by_text("validation images after epoch")).to_be_visible()


def bottom(part: Locator) -> float:
    """Where an element ends, in pixels from the top of the window.

    Figures are replaced once a second, and have no place for a moment.
    """
    expect(part).to_be_visible()
    for _ in range(20):
        if box := part.bounding_box():
            return box["y"] + box["height"]
    pytest.fail(f"{part} has no place on the page.")


def announcements(page: Page) -> Locator:
    return page.locator("#lab-announcements")


def test_projector_shows_figures_buttons_and_curves_from_the_first_second(
    page: Page, address: str
) -> None:
    page.set_viewport_size(PROJECTOR)
    start(page, address, LONG)
    charts = page.locator(CHARTS)
    expect(charts).to_have_count(2)
    assert num_points(page) == 0, "the frames stand before there are results"
    expect(button(page, "Pause")).to_be_visible()
    tops = [chart.bounding_box()["y"] for chart in charts.all()]
    wait_for_an_epoch(page)
    # The sentence that tells about the first seconds has gone by then.
    for chart, top in zip(charts.all()[:2], tops, strict=True):
        assert abs(chart.bounding_box()["y"] - top) < 40
    for part in (
        page.locator(".lab-figures"),
        page.get_by_role("progressbar", name="Training progress"),
        *(button(page, name) for name in ("Pause", "Train one epoch", "Stop")),
        *charts.all()[:2],
    ):
        assert bottom(part) <= PROJECTOR["height"]
    expect(announcements(page)).to_contain_text("Training started")
    assert page.locator(".st-key-lead").is_hidden()


def test_phone_shows_accuracy_progress_and_its_curve(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    start(page, address, LONG)
    wait_for_an_epoch(page)
    for part in (
        page.locator(".lab-figures"),
        page.get_by_role("progressbar", name="Training progress"),
        page.get_by_role("heading", name="Accuracy", exact=True),
        page.locator(CHARTS).first,
    ):
        assert bottom(part) <= PHONE["height"] - PHONE_TABS


def test_run_from_start_to_finish_leads_on(page: Page, address: str) -> None:
    start(page, address, SMALL + "&epochs=3")
    expect(page.get_by_text("validation images after epoch 3.")).to_be_visible()
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"It (gets .* right|answers)"))).to_be_visible()
    expect(announcements(page)).to_contain_text("Training finished")
    badges = page.locator(".stMarkdownBadge").filter(visible=True)
    expect(badges.filter(has_text="synthetic garments")).to_be_visible()
    run = re.search(r"run=([\w-]+)", page.url)
    assert run is not None
    ways_on = page.locator(".st-key-ways-on")
    for title, query in (
        ("Try it on a drawing", f"predict?models={run[1]}"),
        ("Compare", f"compare?runs={run[1]}"),
        ("See what it looked at", f"explain?models={run[1]}"),
    ):
        link = ways_on.get_by_role("link", name=title)
        expect(link).to_have_attribute("href", re.compile(re.escape(query)))
        assert link.get_attribute("target") != "_blank"
    # Axes begin where the curves are, after the first epoch.
    ticks = page.locator(CHARTS).first.locator("g.role-axis-label text").all_inner_texts()
    assert "0%" not in ticks

    button(page, "Replay").click()
    expect(badges.filter(has_text="Replay")).to_be_visible()
    for name in ("Rename", "Delete", "Export ONNX"):
        expect(button(page, name)).to_be_hidden()
    page.get_by_role("slider", name="Seconds of training").press("Home")
    expect(button(page, "Play")).to_be_visible()
    expect(page.locator(".lab-figures")).to_contain_text("0 of 3")
    button(page, "End").click()
    expect(button(page, "Rename")).to_be_visible()


def test_curve_grows_in_place_and_survives_reload_stop_and_resume(page: Page, address: str) -> None:
    start(page, address, LONG)
    # Once the matrix is drawn the page has its height, and a scroll bar no longer narrows charts.
    wait_for_an_epoch(page)
    chart = page.get_by_test_id("stVegaLiteChart").first
    wait_for_more_points(page, num_points(page))
    chart.evaluate(IS_SAME_CHART)
    wait_for_more_points(page, num_points(page))
    assert chart.evaluate(IS_SAME_CHART), "the chart was replaced: it flickers"

    page.reload()
    expect(button(page, "Stop")).to_be_visible()
    expect(page).to_have_url(re.compile("run="))

    stop(page)
    expect(page.get_by_text("Press Continue training to go on.")).to_be_visible()
    expect(page.get_by_text("Time left")).to_be_hidden()
    expect(button(page, "Pause")).to_be_hidden()
    button(page, "Continue training").click()
    expect(button(page, "Pause")).to_be_visible()
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    stop(page)
    expect(button(page, "Continue training")).to_be_visible()
    button(page, "Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete run").click()
    button(page, "Undo").click()
    expect(button(page, "Continue training")).to_be_visible()


def test_pause_makes_room_for_somebody_else(page: Page, address: str) -> None:
    start(page, address, LONG)
    wait_for_an_epoch(page)
    button(page, "Pause").click()
    expect(button(page, "Resume")).to_be_visible()
    context = page.context.browser.new_context(viewport=PHONE)
    other = context.new_page()
    start(other, address, LONG, student="Bob")
    wait_for_an_epoch(other)
    expect(page.get_by_text("meanwhile others can train")).to_be_visible()
    queue_box = page.locator(".st-key-queue")
    expect(queue_box.get_by_text("is training")).to_be_visible()
    button(page, "Resume").click()
    expect(queue_box.get_by_text("next in line")).to_be_visible()
    stop(other)
    expect(button(page, "Pause")).to_be_visible()
    wait_for_more_points(page, num_points(page))
    context.close()


def test_keyboard_pauses_and_resumes_without_losing_its_place(page: Page, address: str) -> None:
    start(page, address, LONG)
    wait_for_an_epoch(page)
    button(page, "Pause").focus()
    page.keyboard.press("Space")
    expect(button(page, "Resume")).to_be_focused()
    wait_until_still(page)
    expect(button(page, "Resume")).to_be_focused()
    page.keyboard.press("Space")
    expect(button(page, "Pause")).to_be_focused()


def test_learning_rate_menu_closes_and_the_change_is_marked(page: Page, address: str) -> None:
    start(page, address, LONG)
    wait_for_an_epoch(page)
    menu = page.get_by_role("button", name=re.compile("^Learning rate"))
    expect(menu).to_contain_text(re.compile(r"0\.\d+"))
    menu.click()
    page.get_by_text("÷ 2", exact=True).click()
    expect(page.get_by_text("÷ 2", exact=True)).to_be_hidden()
    expect(page.get_by_text("learning rate ×0.5").first).to_be_visible()
    expect(page.get_by_text("┊ learning rate changed")).to_be_visible()


def test_runs_of_others_are_shown_only_when_asked_for(page: Page, address: str) -> None:
    start(page, address, SMALL + "&epochs=1")
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()
    link = page.url
    context = page.context.browser.new_context(viewport=PROJECTOR)
    other = context.new_page()
    other.goto(address + "/train")
    expect(other.get_by_role("heading", name="Your curves will appear here")).to_be_visible()
    expect(other.locator(CHARTS)).to_have_count(0)
    other.goto(link)
    expect(other.locator(CHARTS).first).to_be_visible()
    other.goto(address + "/train?run=nope")
    expect(other.get_by_text("The run in this link is not here")).to_be_visible()
    button(other, "Replay the MLP example").click()
    expect(other.get_by_text("Replay of an example")).to_be_visible()
    expect(other.get_by_role("slider", name="Seconds of training")).to_be_visible()
    context.close()

    # The browser that has started the run knows it in a new session.
    page.goto(address + "/train")
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()


def test_run_outlives_a_killed_server_and_the_next_server_shows_it(
    page: Page, start_server: StartServer
) -> None:
    first = start_server()
    start(page, first, LONG)
    wait_for_an_epoch(page)
    run = re.search(r"run=[\w-]+", page.url)
    assert run is not None
    listener(first).kill()
    # Another port is another origin, which does not know what this browser has started.
    page.goto(f"{start_server()}/train?{run[0]}")
    expect(button(page, "Pause")).to_be_visible()
    wait_for_more_points(page, num_points(page))
    stop(page)
    expect(page.get_by_text("Press Continue training to go on.")).to_be_visible()


def listener(address: str) -> psutil.Process:
    """The process that serves `address`."""
    port = address.rpartition(":")[2]
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if "streamlit" in command and f"--server.port={port}" in command:
            return process
    pytest.fail(f"No process serves {address}.")
