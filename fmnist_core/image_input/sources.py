"""Registry of image sources."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.image_input import batch_upload, dataset_image, draw, real_photograph, upload
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.ui import link_problems, sticky_widgets, visits
from fmnist_core.ui.query_params import PageLink

SOURCE_KEY = "image source"
"""Session-state key of the open source's key."""
IS_LINKED = "image source is linked"
"""Session-state key: whether the link that the user has just followed names a source."""


@dataclass(frozen=True, kw_only=True)
class InputSource:
    """One image source."""

    key: str
    title: str
    icon: str
    draw: Callable[[], InputImage | None]
    """Draw the source's widgets and return its image, `None` while there is none."""
    hint: str
    """What to do to get an image, shown in place of the predictions."""


DRAW = InputSource(
    key="draw",
    title="Draw",
    icon=":material/draw:",
    draw=draw.draw_sketch,
    hint="Draw a garment: the predictions change with every stroke.",
)
PHOTO = InputSource(
    key="upload",  # as in the links of earlier versions
    title="Your photo",
    icon=":material/photo_camera:",
    draw=upload.pick_photo,
    hint="Upload, take or paste a photo. Several photos are listed in a table.",
)
TEST_IMAGE = InputSource(
    key="test",
    title="Test image",
    icon=":material/apparel:",
    draw=dataset_image.pick_test_image,
    hint="Choose a test image.",
)
REAL_PHOTOGRAPH = InputSource(
    key="real",
    title="Real photo",
    icon=":material/styler:",
    draw=real_photograph.pick_photograph,
    hint="Choose a photograph.",
)
SYNTHETIC = InputSource(
    key="synthetic",
    title="Synthetic example",
    icon=":material/auto_awesome:",
    draw=dataset_image.pick_synthetic,
    hint="Choose a class.",
)
SOURCES = {source.key: source for source in (DRAW, PHOTO, TEST_IMAGE, REAL_PHOTOGRAPH, SYNTHETIC)}


CAMERA_LINK = "camera"
"""In a link: the source of photos, with its camera open."""


def pick_source() -> InputSource:
    """Draw the row of sources and return the open one."""
    with st.container(key="image-sources"):
        key = sticky_widgets.button_row(
            "Image source",
            list(SOURCES),
            key=SOURCE_KEY,
            format_func=lambda key: f"{SOURCES[key].icon} {SOURCES[key].title}",
        )
    visits.enter("source", key)
    return SOURCES[key]


def open_source(source: InputSource) -> None:
    """Open this source from the next rerun on."""
    st.session_state[SOURCE_KEY] = source.key


def open_link(link: PageLink | None) -> None:
    """Open the source and the test image that a link names; report a source that does not exist.

    After a reload, this brings back the drawing.
    """
    draw.restore()
    st.session_state[IS_LINKED] = False
    if link is None:
        return
    if link.source == CAMERA_LINK:
        upload.open_camera()
        open_source(PHOTO)
        st.session_state[IS_LINKED] = True
    elif link.source in SOURCES:
        open_source(SOURCES[link.source])
        st.session_state[IS_LINKED] = True
    elif link.source is not None:
        titles = ", ".join(SOURCES)
        link_problems.add(
            f"This link asks for the image source '{link_problems.shorten(link.source)}', which "
            f"doesn't exist. The sources are: {titles}."
        )
    if link.test_index is not None:
        dataset_image.show_test_image(link.test_index, link.data)
        open_source(TEST_IMAGE)
    if link.photograph is not None:
        real_photograph.show_photograph(link.photograph)
        open_source(REAL_PHOTOGRAPH)


def is_untouched() -> bool:
    """Whether the user has neither picked a source nor drawn anything."""
    is_linked = st.session_state.get(IS_LINKED, False)
    return _is_open(DRAW) and not draw.has_drawing() and not is_linked


def open_key() -> str:
    """The key of the open source, for a link to what is shown."""
    key: str = st.session_state.get(SOURCE_KEY, DRAW.key)
    return key


def has_batch() -> bool:
    """Whether the source of photos is open and holds several images."""
    return _is_open(PHOTO) and batch_upload.has_batch()


def shown_test_image() -> tuple[int | None, DatasetKey]:
    """Index of the test image on the page, `None` if another source is open, and its data set."""
    index, dataset = dataset_image.selected_test_image()
    return (index if _is_open(TEST_IMAGE) else None), dataset


def shown_photograph() -> int | None:
    """Number of the real photograph on the page, `None` if another source is open."""
    return real_photograph.selected_photograph() if _is_open(REAL_PHOTOGRAPH) else None


def _is_open(source: InputSource) -> bool:
    return open_key() == source.key
