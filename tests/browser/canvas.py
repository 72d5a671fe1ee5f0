"""Draw on the canvas as a hand with a mouse does."""

from playwright.sync_api import Page, expect


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
