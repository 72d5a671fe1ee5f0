"""Take the README's pictures of the pages in a headless Chromium: `python docs/screenshots.py`.

Needs Chromium and the shipped runs. The app runs without Fashion-MNIST, so that no picture shows an
image of the data set, and trains a run on synthetic garments.
"""

import os
import re
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from fmnist_core.bench.browser import APP_SCRIPT, launch_browser, server
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import SearchSpec
from fmnist_core.training.presets import get_preset
from tests.browser.actions import draw_stroke, wait_until_still

FOLDERS = {"FMNIST_RUNS_DIR": "runs", "FMNIST_CACHE_DIR": "cache", "FMNIST_DATA_DIR": "no data"}
WIDTH = 1280
MAX_BYTES = 150_000
TIMEOUT_MS = 120_000
T_SHIRT = [
    (120, 60), (200, 60), (270, 110), (240, 150), (210, 130), (210, 260),
    (110, 260), (110, 130), (80, 150), (50, 110), (120, 60),
]  # fmt: skip


def prepare_home(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-example-0 button").click()
    page.get_by_text("Both say T-shirt/top.").first.wait_for()


def prepare_train(page: Page, address: str) -> None:
    """Train an MLP, until the curves have a shape."""
    page.goto(f"{address}/train?preset=mlp-quick&data=drawn&epochs=40")
    page.get_by_label("Name this run").fill("My first network")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_test_id("stMain").get_by_role("button", name="Train", exact=True).click()
    page.get_by_text(re.compile(r"My first network.*after epoch (1[2-9]|2\d)\.")).wait_for()


def finish_train(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Stop training").click()


def prepare_compare(page: Page, address: str) -> None:
    page.goto(f"{address}/compare?runs=cnn,mlp&view=confusion")


def prepare_predict(page: Page, address: str) -> None:
    page.goto(f"{address}/predict")
    draw_stroke(page, T_SHIRT)


def prepare_explain(page: Page, address: str) -> None:
    page.goto(f"{address}/explain")


def prepare_data(page: Page, address: str) -> None:
    page.goto(f"{address}/data?data=drawn&view=map&space=features&models=cnn")
    page.locator("canvas").first.wait_for()


def prepare_look_inside(page: Page, address: str) -> None:
    page.goto(f"{address}/look_inside?models=cnn&source=synthetic")
    page.get_by_text(re.compile("^Why ")).first.wait_for()


def prepare_search(page: Page, address: str) -> None:
    """Search for half a minute on few synthetic garments, and show what came of it."""
    recipe = get_preset("mlp-quick").recipe.changed(data="drawn", train_images=2000, epochs=4)
    fields = ("learning_rate", "dropout", "batch_size")
    search = searches.start_search(
        SearchSpec(
            name="What helps a small MLP?",
            by="Ada",
            preset="mlp-quick",
            recipe=recipe,
            dimensions=tuple(usual_dimension(field, recipe) for field in fields),
            minutes=0.5,
        )
    )
    while search.state().is_active:
        time.sleep(1)
    page.goto(f"{address}/search?search={search.id}")
    page.locator("[data-testid=stVegaLiteChart] svg.marks").nth(2).wait_for()


HEIGHTS = {
    prepare_home: 800,
    prepare_train: 760,
    prepare_compare: 1100,
    prepare_predict: 860,
    prepare_explain: 800,
    prepare_data: 1020,
    prepare_look_inside: 1000,
    prepare_search: 900,
}
"""Each page's picture: what to do before it is taken, and its height in pixels."""


def main() -> None:
    """Write docs/<page>.png for every page, or for those named as arguments."""
    expect.set_options(timeout=TIMEOUT_MS)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for variable, name in FOLDERS.items():
            os.environ[variable] = str(Path(folder, name))
        browser = launch_browser(playwright)
        with server(APP_SCRIPT) as address:
            for prepare, height in HEIGHTS.items():
                name = prepare.__name__.removeprefix("prepare_")
                if name not in (sys.argv[1:] or name):
                    continue
                page = browser.new_page(viewport={"width": WIDTH, "height": height})
                page.set_default_timeout(TIMEOUT_MS)
                prepare(page, address)
                if name != "train":
                    wait_until_still(page)
                page.mouse.move(0, 0)  # a chart under the pointer has a toolbar
                write_png(page.screenshot(), Path(__file__).parent / f"{name}.png")
                if name == "train":
                    finish_train(page)
                page.close()
        browser.close()


def write_png(screenshot: bytes, file: Path) -> None:
    """Write a screenshot with as many colors as fit into `MAX_BYTES`."""
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    for colors in (256, 128, 64, 32, 16):
        image.quantize(colors, kmeans=1, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size <= MAX_BYTES:
            break
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB, {colors} colors")


if __name__ == "__main__":
    main()
