"""A test image, at random or by its number, and a garment that this program draws."""

import random

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import Preprocessed, PreprocessingStep
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.ui import dataset_status, sticky_widgets

NUMBER, DATA = "test image", "test image data"
SEED = "drawn garment"
ANY = "Any class"
MOST_SEED = 10**6


def show(number: int, data: DatasetKey) -> None:
    """Let the page show this test image from its next run on."""
    st.session_state[NUMBER] = number
    st.session_state[DATA] = data


def shown() -> tuple[int | None, DatasetKey]:
    """The number of the test image that was chosen last, and of which data set."""
    return st.session_state.get(NUMBER), st.session_state.get(DATA, "fashion-mnist")


def choose() -> InputImage | None:
    """A test image by its number, or another one at random."""
    state = st.session_state
    state.setdefault(DATA, "fashion-mnist")
    data: DatasetKey = state[DATA]
    try:
        images, labels = dataset_status.test_part(data)
    except DataError as error:
        if dataset_status.ready(data):
            st.info(escape_markdown(str(error)), icon=":material/hide_image:")
        dataset_status.offer(data)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            "Class", [ANY, *CLASSES], key="test image class", width=150, persist_state="session"
        )
        st.button(
            "Another", icon=":material/casino:", key="another test image",
            on_click=lambda: _another(labels, wanted),
        )  # fmt: skip
        number = sticky_widgets.number("Number", most=len(images) - 1, key=NUMBER, width=130)
    image, truth = images[number], int(labels[number])
    return _given(f"{DATASET_TITLES[data]}, test image {number}", image, truth)


def _another(labels: np.ndarray, wanted: str) -> None:
    among = np.arange(len(labels))
    if wanted != ANY:
        (among,) = np.nonzero(labels == CLASSES.index(wanted))
    st.session_state[NUMBER] = int(random.choice(among))


def draw() -> InputImage:
    """A garment of a class from the generator; each seed draws another."""
    st.session_state.setdefault(SEED, 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Class", CLASSES, key="drawn garment class", width=150, persist_state="session"
        )
        st.button(
            "Another", icon=":material/casino:", key="another drawn garment", on_click=_next_seed
        )
        seed = sticky_widgets.number(
            "Seed", most=MOST_SEED, key=SEED, width=130,
            help="The same class and seed give the same picture on any machine.",
        )  # fmt: skip
    label = CLASSES.index(name)
    return _given(f"{name}, drawn by this program", draw_garment(label, seed), label)


def _next_seed() -> None:
    st.session_state[SEED] = (st.session_state[SEED] + 1) % MOST_SEED


def _given(name: str, image: np.ndarray, truth: int) -> InputImage:
    step = PreprocessingStep(
        title="Image", picture=image, hint="28 × 28 and grey: what models see."
    )
    return InputImage(
        name=name,
        preprocessed=Preprocessed(image=image, steps=(step,), inverted=False),
        label=truth,
    )
