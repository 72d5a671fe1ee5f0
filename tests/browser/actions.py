"""What a user does in the browser: wait until the page is still, draw with the mouse."""

from playwright.sync_api import Page, expect

QUIET_MS = 500
WAIT_FOR_QUIET = """quiet => new Promise(done => {
    let timer = setTimeout(done, quiet);
    const restart = () => { clearTimeout(timer); timer = setTimeout(done, quiet); };
    new MutationObserver(restart).observe(
        document.body, {childList: true, subtree: true, attributes: true});
})"""
"""Half a second without a change of the page. A chart that has just been drawn may be drawn again,
and a click in between is lost.
"""


def wait_until_still(page: Page) -> None:
    """Wait until the script has ended and everything it sent is drawn."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(WAIT_FOR_QUIET, QUIET_MS)


def draw_stroke(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw one line through `points`: (x, y) in pixels from the canvas's upper left corner."""
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for index, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x, box["y"] + y, steps=5)
        if index == 0:
            page.mouse.down()
    page.mouse.up()
