"""The beginning of the network: the pixels of the picture and how they are normalized."""

import numpy as np
import streamlit as st

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.look_inside_page import compute, network_view, page_state
from fmnist_core.look_inside_page.number_html import number


def draw_picture(pixels: np.ndarray, input_spec: InputSpec) -> None:
    """Draw the pixels uint8 [28, 28] with their numbers, and what the model makes of one."""
    st.header("Picture: 28 × 28 numbers", anchor=False)
    st.caption(
        "A picture is a grid of numbers from 0 (black) to 255 (white). The model gets them less "
        "the mean of the training images, over their spread."
    )
    picked = page_state.position()
    is_inside = picked is not None and picked[0] == 0 and max(picked[1:]) < IMAGE_SIZE
    if picked is None or not is_inside:
        picked = compute.strongest_position(pixels[None].astype(np.float32))
    _, row, column = picked
    network_view.draw_map(
        pixels.astype(np.float32), key="picture", number=0, label="The picture's pixels",
        palette="gray", scale=255.0, frame=(row, column, 1, 1), edge=420, on_pick=page_state.pick,
    )  # fmt: skip
    st.html(normalization_html(int(pixels[row, column]), row, column, input_spec))


def normalization_html(pixel: int, row: int, column: int, input_spec: InputSpec) -> str:
    """What the model makes of one pixel, from 0 to 255."""
    result = (pixel / 255 - input_spec.mean) / input_spec.std
    resized = (
        f" Then the picture is enlarged to {input_spec.size} × {input_spec.size}."
        if input_spec.size != IMAGE_SIZE
        else ""
    )
    if input_spec.channels > 1:
        resized += (
            f" The model was made for color: it gets the same numbers {input_spec.channels} times, "
            "as red, green and blue."
        )
    return (
        '<div class="calculation"><section><h3>Normalization</h3>'
        f"<p>Row {row}, column {column}: ({pixel} ÷ 255 − {number(input_spec.mean)}) ÷ "
        f'{number(input_spec.std)} = <b class="result">{number(result)}</b></p>'
        f'<p class="note">(pixel ÷ 255 − mean) ÷ standard deviation.{resized}</p></section></div>'
    )
