"""Image source: one of the real photographs that ship with the package."""

import random
from dataclasses import replace

import streamlit as st

from fmnist_core.data import real_photographs
from fmnist_core.data.real_photographs import GARMENT_TITLES, RealPhotograph
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.ui import sticky_widgets

INDEX_KEY = "real photograph index"
"""Session-state key of the photograph's number."""
ANY_GARMENT = "any"


def show_photograph(index: int) -> None:
    """Select this photograph; the source shows it from the next rerun on."""
    st.session_state[INDEX_KEY] = index


def selected_photograph() -> int | None:
    """Number of the photograph that was selected last."""
    return st.session_state.get(INDEX_KEY)


def pick_photograph() -> InputImage | None:
    """Draw the choice of a photograph; `None` if it cannot be read."""
    try:
        photographs = real_photographs.load_photographs()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            garment = st.selectbox(
                "Garment", [ANY_GARMENT, *GARMENT_TITLES], key="real photograph garment", width=180,
                format_func=lambda key: GARMENT_TITLES.get(key, "Any garment"),
                persist_state="session",
            )  # fmt: skip
            st.button(
                "Another", icon=":material/casino:", key="another real photograph",
                on_click=lambda: _select_random(garment),
            )  # fmt: skip
            index = sticky_widgets.number_input(
                "Number", max_value=len(photographs) - 1, key=INDEX_KEY, width=130
            )
        st.caption(real_photographs.THANKS)
        contents = photographs[index].read_bytes()
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None
    image = photo.read_photo(contents, name=f"{real_photographs.TITLE}, number {index}")
    return image and _with_truth(image, photographs[index])


def _select_random(garment: str) -> None:
    photographs = real_photographs.load_photographs()
    candidates = [item.index for item in photographs if garment in (ANY_GARMENT, item.garment)]
    show_photograph(random.choice(candidates))


def _with_truth(image: InputImage, photograph: RealPhotograph) -> InputImage:
    """Add what it shows and which classes are right."""
    truth = " or ".join(CLASSES[label] for label in photograph.accepted)
    if len(photograph.accepted) != 1:
        note = f"right is {truth}" if truth else "none of the ten classes"
        truth = f"{photograph.title} ({note})"
    return replace(image, accepted=photograph.accepted, truth=truth)
