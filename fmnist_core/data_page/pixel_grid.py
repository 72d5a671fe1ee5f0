"""One image large, its pixels as numbers under the pointer, as a component."""

import base64
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from fmnist_core.fashion_mnist import PIXEL_MEAN, PIXEL_STD

SCRIPT, STYLE = Path(__file__).with_suffix(".js"), Path(__file__).with_suffix(".css")
HTML = """
<div class="frame">
  <canvas width="28" height="28" tabindex="0" role="img" aria-label="Picture"></canvas>
  <div class="cursor" hidden></div>
  <div class="lens" hidden></div>
</div>
<p class="readout" role="status"></p>
"""
HINT = "Move over the picture to see its numbers: that is all a model gets."


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "pixel_grid", html=HTML, css=STYLE.read_text(), js=SCRIPT.read_text()
    )


def draw_pixels(
    image: np.ndarray, *, key: str, name: str, mean: float = PIXEL_MEAN, std: float = PIXEL_STD
) -> None:
    """Draw an image uint8 [28, 28]; a lens shows the brightness of the pixels around the pointer.

    Below it stand the pixel's brightness and what a model gets after normalization by `mean` and
    `std`.
    """
    _component()(
        key=key,
        data={
            "pixels": base64.b64encode(np.ascontiguousarray(image).tobytes()).decode(),
            "name": name,
            "mean": mean,
            "std": std,
            "hint": HINT,
        },
    )
