"""The ways in which a garment comes onto the page; a new one is an entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import camera, draw, test_image, upload
from fmnist_core.image_input.batch_upload import BatchJob
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import navigation, sticky_widgets
from fmnist_core.ui.image_links import LinkedImage

WAY = "way in"


@dataclass(frozen=True, kw_only=True)
class InputSource:
    """One way in."""

    title: str
    icon: str
    ask: Callable[[Mapping[str, RunSummary]], InputImage | BatchJob | None]
    """Draws its controls; returns what is shown to the models: one, many, or nothing yet."""
    waiting: str
    """What to do, said where the answers will stand."""


DRAW = InputSource(
    title="Draw",
    icon=":material/draw:",
    ask=lambda _: draw.draw(),
    waiting="Draw a garment: the answers change with every stroke.",
)
TEST_IMAGE = InputSource(
    title="Test image",
    icon=":material/apparel:",
    ask=lambda _: test_image.choose(),
    waiting="Choose a test image.",
)
DRAWN_GARMENT = InputSource(
    title="Drawn garment",
    icon=":material/auto_awesome:",
    ask=lambda _: test_image.draw(),
    waiting="Choose a class.",
)
WAYS = (
    DRAW,
    InputSource(
        title="Upload",
        icon=":material/upload:",
        ask=upload.upload,
        waiting="Upload or paste a picture; several become a table.",
    ),
    InputSource(
        title="Camera",
        icon=":material/photo_camera:",
        ask=lambda _: camera.take(),
        waiting="Take a photograph of a garment.",
    ),
    TEST_IMAGE,
    DRAWN_GARMENT,
)


def arrive(arrived: LinkedImage | None) -> None:
    """What a link asks for; says what in it is not possible."""
    if arrived is None:
        return
    if arrived.test is not None:
        test_image.show(arrived.test, arrived.data)
        st.session_state[WAY] = TEST_IMAGE.title
    if arrived.complaint:
        st.warning(escape_markdown(arrived.complaint))


def is_untouched() -> bool:
    """Whether nobody has chosen a way, or drawn anything where that is the way."""
    return st.session_state.get(WAY, DRAW.title) == DRAW.title and not draw.is_begun()


def shown_test_image() -> tuple[int | None, DatasetKey]:
    """The number of the test image that is shown, if that is what is shown, and its data set."""
    number, data = test_image.shown()
    return (number if st.session_state.get(WAY) == TEST_IMAGE.title else None), data


def choose() -> InputSource:
    """Draw the row of ways."""
    titles = {way.title: way for way in WAYS}
    title = sticky_widgets.buttons(
        "How a garment comes in",
        list(titles),
        key=WAY,
        format_func=lambda each: f"{titles[each].icon} {each}",
    )
    navigation.enter("way", title)
    return titles[title]
