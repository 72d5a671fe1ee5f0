"""Preprocessing steps as HTML."""

import numpy as np

from fmnist_core.image_input.preprocessing_steps import original_html, steps_html
from fmnist_core.preprocessing.preprocessed import PreprocessingStep

SMALL = np.zeros((28, 28), dtype=np.uint8)
LARGE = np.zeros((200, 100, 3), dtype=np.uint8)


def test_steps_are_numbered_and_escaped():
    steps = [
        PreprocessingStep(title="Photo <1>", image=LARGE, caption="As taken."),
        PreprocessingStep(title="Inverted", image=SMALL, caption="Bright & black."),
    ]
    html = steps_html(steps)
    assert html.index("1. Photo &lt;1&gt;") < html.index("2. Inverted")
    assert "Bright &amp; black." in html
    assert 'alt="Inverted"' in html


def test_only_small_images_show_their_pixels():
    assert "image-rendering:pixelated" in original_html(SMALL, "test image 3")
    assert "image-rendering:auto" in original_html(LARGE, "boot.png")


def test_name_of_a_file_is_escaped():
    assert "<script" not in original_html(SMALL, '"><script>')
