"""Take the README's pictures of the pages in a headless Chromium: `python docs/screenshots.py`.

Needs Chromium and the shipped runs. The app runs without Fashion-MNIST, so that no image of the data
set is in a picture, and with a single run of its own, trained on synthetic garments.
"""

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from fmnist_core import paths
from fmnist_core.bench.browser import launch_browser, server
from fmnist_core.cli import main as cli

WIDTH, HEIGHT = 1280, 960
MAX_BYTES = 150_000
FOLDERS = {"FMNIST_RUNS_DIR": "runs", "FMNIST_CACHE_DIR": "cache", "FMNIST_DATA_DIR": "no data"}
PAGES = {
    "home": "",
    "train": "train",
    "compare": "compare?runs=cnn,mlp,vit-tiny&view=confusion",
    "predict": "predict?models=cnn,mlp,vit-tiny&test=1208&data=drawn",
    "explain": "explain?models=cnn,resnet50&test=1208&data=drawn",
}
"""File name and address of each page."""
TRAIN = ("train", "--recipe", "cnn-quick", "--set", "data=drawn", "--name", "My first CNN")
SETTLE_MS = 3_000
"""Charts are still drawn for a moment after the script has ended."""


def main() -> None:
    """Write docs/<page>.png for every page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for variable, name in FOLDERS.items():
            os.environ[variable] = str(Path(folder, name))
        cli.main(TRAIN)
        browser = launch_browser(playwright)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        with server(paths.PROJECT / "streamlit_app.py") as address:
            for name, path in PAGES.items():
                page.goto(f"{address}/{path}")
                page.locator("[data-test-script-state=notRunning]").wait_for(timeout=120_000)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(SETTLE_MS)
                write_png(page.screenshot(), Path(__file__).parent / f"{name}.png")
        browser.close()


def write_png(screenshot: bytes, file: Path) -> None:
    """Write a screenshot with as many colors as fit into `MAX_BYTES`."""
    image = Image.open(BytesIO(screenshot)).convert("RGB")
    for colors in (256, 128, 64, 32, 16):
        image.quantize(colors, dither=Image.Dither.NONE).save(file, optimize=True)
        if file.stat().st_size <= MAX_BYTES:
            break
    print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB, {colors} colors")


if __name__ == "__main__":
    main()
