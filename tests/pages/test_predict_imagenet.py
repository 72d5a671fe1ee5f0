"""The ImageNet network on Predict: it comments on photos, and on nothing else."""

import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from fmnist_core.image_input import sources, upload
from fmnist_core.models import pretrained_files
from fmnist_core.serving import imagenet
from fmnist_core.synthetic.garments import draw_garment_large
from fmnist_core.ui import imagenet_card
from tests.apptest import html, open_page

BOOT = 9


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def boot_png() -> bytes:
    """A photo of a dark boot on white paper."""
    return png(255 - draw_garment_large(BOOT, 4))


def open_source(app: AppTest, key: str) -> AppTest:
    (buttons,) = [group for group in app.button_group if group.label == "Image source"]
    buttons.set_value(key).run()
    assert not app.exception
    assert app.session_state[sources.SOURCE_KEY] == key
    return app


def open_photo(contents: bytes) -> AppTest:
    app = open_page("pages/predict.py", models="cnn-lite")
    app.session_state[upload.IMAGE_KEY] = "boot.png", contents
    return open_source(app, "upload")


def test_imagenet_network_comments_on_a_photo_but_not_on_a_drawing_or_a_test_image():
    app = open_photo(boot_png())
    assert app.session_state[imagenet_card.CACHE_KEY][1]
    shown = html(app)
    assert shown.count("data-imagenet") == 1
    assert shown.index("data-imagenet") > shown.index("data-model")
    app.run()
    assert html(app) == shown
    assert "data-imagenet" not in html(open_source(app, "synthetic"))
    assert "data-imagenet" not in html(open_source(app, "draw"))


def test_imagenet_network_comments_on_the_photographs_that_ship():
    app = open_source(open_page("pages/predict.py", models="cnn-lite"), "real")
    assert html(app).count("data-imagenet") == 1


@pytest.mark.parametrize("size", [28, 40])
def test_imagenet_network_does_not_comment_on_an_icon(size):
    app = open_photo(png(np.full((size, size, 3), 200, dtype=np.uint8)))
    assert "data-imagenet" not in html(app)


def test_without_its_weights_the_imagenet_network_has_no_card(monkeypatch):
    monkeypatch.setattr(imagenet, "is_available", lambda: False)
    app = open_photo(boot_png())
    assert "data-model" in html(app)
    assert "data-imagenet" not in html(app)


def test_damaged_weights_of_the_imagenet_network_are_a_sentence(monkeypatch, tmp_path):
    file = tmp_path / "weights.pth"
    file.write_bytes(b"other")
    monkeypatch.setattr(pretrained_files, "package_file", lambda _: file)
    imagenet._load_network.cache_clear()
    app = open_photo(boot_png())
    assert "data-imagenet" not in html(app)
    assert any("is not the published file" in caption.value for caption in app.caption)


@pytest.mark.parametrize(("name", "says_how"), [("sandal", True), ("jersey", False)])
def test_photo_that_looks_like_shoes_says_how_to_photograph_them(monkeypatch, name, says_how):
    likeliest = imagenet.ImagenetClass(name=name, synonyms=name, probability=0.9)
    monkeypatch.setattr(imagenet, "likeliest_classes", lambda _: [likeliest])
    captions = [caption.value for caption in open_photo(boot_png()).caption]
    assert (imagenet_card.FOOTWEAR_HINT in captions) == says_how
