"""No page has a serious finding of axe-core, in both themes and at both widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.actions import wait_until_still

LINKS = {
    "Home": "/",
    "Train": "/train",
    "a finished run": "/train?run=mlp",
    "Compare": "/compare?runs=cnn,mlp&view=confusion",
    "Predict": "/predict?models=cnn,mlp&test=0&data=drawn",
    "Explain": "/explain?models=cnn&test=0&data=drawn",
    "Data": "/data?test=0&data=drawn",
    "a map": "/data?view=map&data=drawn&lasso=-900_-900~900_-900~0_900&test=3",
    "Data, classes": "/data?view=classes&data=drawn",
    "Data, augmentation": "/data?view=augmentation&data=drawn",
    "Look inside": "/look_inside?models=cnn&test=0&data=drawn",
    "Look inside, activations": "/look_inside?models=cnn-lite-epochs&view=activations",
    "Search": "/search",
    "Health": "/health",
}
SERIOUS = {"serious", "critical"}
ALSO_REFUSED = {"heading-order", "page-has-heading-one", "target-size"}
"""Rules of lesser impact that this app keeps all the same."""
OPTIONS = {"rules": {"target-size": {"enabled": True}}}


def findings(page: Page) -> list[str]:
    """What axe-core finds serious, one line per finding, with the first element it is found at."""
    return [
        f"{rule['id']} ({rule['impact']}), {len(rule['nodes'])} times: {rule['nodes'][0]['html']}"
        for rule in Axe().run(page, options=OPTIONS).response["violations"]
        if rule["impact"] in SERIOUS or rule["id"] in ALSO_REFUSED
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.usefixtures("no_data")
def test_no_page_has_a_serious_finding(page: Page, address: str, theme: str, width: int) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 844})
    found = {}
    for name, link in LINKS.items():
        page.goto(address + link)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wait_until_still(page)
        found[name] = findings(page)
    assert {name: lines for name, lines in found.items() if lines} == {}
