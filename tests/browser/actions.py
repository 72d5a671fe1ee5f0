"""What a person's hands do: wait until nothing moves any more, draw with a mouse."""

from playwright.sync_api import Page, expect

STILL = """() => new Promise(done => {
    let timer = setTimeout(done, 500);
    const watch = () => { clearTimeout(timer); timer = setTimeout(done, 500); };
    new MutationObserver(watch).observe(
        document.body, {childList: true, subtree: true, attributes: true});
})"""
"""Half a second without a change of the page. A chart that has just been drawn may be drawn again,
and a click in between be lost.
"""


def wait_until_still(page: Page) -> None:
    """Until the page's script has ended and what it said is drawn."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(STILL)


def stroke(page: Page, points: list[tuple[int, int]]) -> None:
    """One line through these points, in pixels across and down from the canvas's corner."""
    canvas = page.locator("canvas.upper-canvas")
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    for place, (across, down) in enumerate(points):
        page.mouse.move(box["x"] + across, box["y"] + down, steps=5)
        if place == 0:
            page.mouse.down()
    page.mouse.up()
