"""Image sources: a test image of the data set, and a synthetic garment."""

import random

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import Preprocessed, PreprocessingStep
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.ui import dataset_status, sticky_widgets

INDEX_KEY, DATASET_KEY = "test image index", "test image data set"
CLASS_KEY, SEED_KEY = "synthetic garment class", "synthetic garment seed"
"""Session-state keys."""
ANY_CLASS = "any"
MAX_SEED = 10**6


def show_test_image(index: int, dataset: DatasetKey) -> None:
    """Select this test image; the source shows it from the next rerun on."""
    st.session_state[INDEX_KEY] = index
    st.session_state[DATASET_KEY] = dataset


def selected_test_image() -> tuple[int | None, DatasetKey]:
    """Index and data set of the test image that was selected last."""
    return st.session_state.get(INDEX_KEY), st.session_state.get(DATASET_KEY, "fashion-mnist")


def show_synthetic(label: int, seed: int) -> None:
    """Select this synthetic garment; the source shows it from the next rerun on."""
    st.session_state[CLASS_KEY], st.session_state[SEED_KEY] = label, seed


def pick_test_image() -> InputImage | None:
    """Draw the choice of a test image; `None` without the data set."""
    state = st.session_state
    state.setdefault(DATASET_KEY, "fashion-mnist")
    dataset: DatasetKey = state[DATASET_KEY]
    try:
        images, labels = dataset_status.load_test_set(dataset)
    except DataError as error:
        if dataset_status.is_available(dataset):
            st.info(escape_markdown(str(error)), icon=":material/hide_image:")
        dataset_status.offer_download(dataset)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        class_name = st.selectbox(
            "Class", [ANY_CLASS, *CLASSES], key="test image class", width=150,
            format_func=lambda name: "Any class" if name == ANY_CLASS else name,
            persist_state="session",
        )  # fmt: skip
        st.button(
            "Another", icon=":material/casino:", key="another test image",
            on_click=lambda: _select_random(labels, class_name),
        )  # fmt: skip
        index = sticky_widgets.number_input(
            "Number", max_value=len(images) - 1, key=INDEX_KEY, width=130
        )
    name = f"{DATASET_TITLES[dataset]}, test image {index}"
    return _unprocessed(name, images[index], int(labels[index]))


def _select_random(labels: np.ndarray, class_name: str) -> None:
    candidates = np.arange(len(labels))
    if class_name != ANY_CLASS:
        (candidates,) = np.nonzero(labels == CLASSES.index(class_name))
    st.session_state[INDEX_KEY] = int(random.choice(candidates))


def pick_synthetic() -> InputImage:
    """Draw the choice of a class and a seed; return the synthetic garment."""
    st.session_state.setdefault(SEED_KEY, 1)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Class", range(NUM_CLASSES), format_func=CLASSES.__getitem__,
            key=CLASS_KEY, width=150, persist_state="session",
        )  # fmt: skip
        st.button(
            "Another", icon=":material/casino:", key="another synthetic garment",
            on_click=_next_seed,
        )  # fmt: skip
        seed = sticky_widgets.number_input(
            "Seed", max_value=MAX_SEED, key=SEED_KEY, width=130,
            help="The same class and seed give the same image on any machine.",
        )  # fmt: skip
    name = f"Synthetic example: {CLASSES[label]}, seed {seed}"
    return _unprocessed(name, draw_garment(label, seed), label)


def _next_seed() -> None:
    st.session_state[SEED_KEY] = (st.session_state[SEED_KEY] + 1) % MAX_SEED


def _unprocessed(name: str, pixels: np.ndarray, label: int) -> InputImage:
    """An image that already is what models see, uint8 [28, 28]."""
    step = PreprocessingStep(
        title="Image", image=pixels, caption="28 × 28 grayscale pixels: what models see."
    )
    preprocessed = Preprocessed(image=pixels, steps=(step,), inverted=False)
    return InputImage(name=name, preprocessed=preprocessed, accepted=(label,), truth=CLASSES[label])
