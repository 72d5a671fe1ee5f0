"""View: browse the images by split and class, and see one of them large with its neighbors."""

import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import garment_card, images, neighbor_tiles, runs, state
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.images import SPLIT_HINT, SPLIT_TITLES, SplitImages
from fmnist_core.fashion_mnist import CLASSES, PLURALS
from fmnist_core.formatting import pluralize
from fmnist_core.ui import sticky_widgets

PAGE_SIZE = 60
NUMBER = "number"


def draw_browse(data: DatasetKey) -> None:
    """Draw the images of a page, and beside them the chosen one; its neighbors below."""
    with st.container(key="browse"):
        stage, panel = st.container(key="browse-stage"), st.container(key="browse-panel")
    with stage:
        split = _pick_split(data)
        numbers, num_pages = images.page_of(
            split, label=_label(), shuffle=state.get("shuffle"), page=state.get("page"),
            size=PAGE_SIZE,
        )  # fmt: skip
        state.put(page=min(state.get("page"), num_pages))
        is_test = state.get("split") == "test"
        selected = _selected(split, is_test, int(numbers[0]) if len(numbers) else 0)
        tiles = [
            Tile(id=int(number), title=f"Image {number}: {CLASSES[split.labels[number]]}")
            for number in numbers
        ]
        with st.container(key="browse-tiles"):
            draw_tiles(
                split.images[numbers], tiles, key="browsed images", label="Images",
                on_pick=_show, selected=selected, edge=60,
            )  # fmt: skip
        _draw_pages(split, num_pages)
    garment = images.load_garment(data, is_test=is_test, number=selected)
    with panel, st.container(key="browse-garment"):
        garment_card.draw_garment(garment, runs.current_run())
    neighbor_tiles.draw_neighbors(garment, on_pick=show_test_image)


def _pick_split(data: DatasetKey) -> SplitImages:
    with st.container(horizontal=True, vertical_alignment="bottom", key="browse-controls"):
        before = state.get("split"), state.get("label")
        split = sticky_widgets.selectbox(
            "Split", list(SPLIT_TITLES), key=state.key("split"), width=130, help=SPLIT_HINT,
            format_func=SPLIT_TITLES.__getitem__,
        )  # fmt: skip
        sticky_widgets.selectbox(
            "Class", [state.ALL_CLASSES, *range(len(CLASSES))], key=state.key("label"), width=150,
            format_func=lambda label: "All classes"
            if label == state.ALL_CLASSES
            else CLASSES[label],
        )  # fmt: skip
        if before != (split, state.get("label")):
            state.put(page=1)
            if before[0] != split:
                state.put(test=None, train=None)
        st.button(
            "Shuffle", icon=":material/shuffle:", on_click=_shuffle,
            help="Another order, decided by a seed: the address of this page brings it back.",
        )  # fmt: skip
        loaded = images.load_split(data, split)
        st.number_input(
            "Go to number", 0, len(loaded.images) - 1, None, step=1, key=NUMBER, width=150,
            placeholder=f"to {len(loaded.images) - 1:,}", on_change=_go_to,
        )  # fmt: skip
    return loaded


def _label() -> int | None:
    """The class that is browsed; `None` for all."""
    label: int = state.get("label")
    return None if label == state.ALL_CLASSES else label


def _selected(split: SplitImages, is_test: bool, first: int) -> int:
    """The number of the chosen image, else the first of the page."""
    number: int | None = state.get("test" if is_test else "train")
    return first if number is None or number >= len(split.images) else number


def _draw_pages(split: SplitImages, num_pages: int) -> None:
    label, page = _label(), state.get("page")
    numbers = split.numbers
    count = len(numbers) if label is None else int((split.labels[numbers] == label).sum())
    with st.container(horizontal=True, vertical_alignment="center", key="browse-pages"):
        st.button(
            "Previous", icon=":material/chevron_left:", disabled=page <= 1, on_click=_turn,
            args=(page - 1,),
        )  # fmt: skip
        st.button(
            "Next", icon=":material/chevron_right:", disabled=page >= num_pages, on_click=_turn,
            args=(page + 1,),
        )  # fmt: skip
        noun = pluralize(count, "image") if label is None else f"{count:,} {PLURALS[label]}"
        order = f" · shuffled with seed {seed}" if (seed := state.get("shuffle")) else ""
        st.caption(f"Page {page:,} of {num_pages:,} · {noun}{order}", width="content")


def _show(number: int) -> None:
    """Show an image of the split that is browsed."""
    if state.get("split") == "test":
        state.put(test=number, train=None)
    else:
        state.put(train=number, test=None)


def show_test_image(number: int) -> None:
    """Show a test image; the page of images turns to the test images."""
    if state.get("split") != "test":
        state.put(split="test", page=1)
    state.put(test=number, train=None)


def _turn(page: int) -> None:
    state.put(page=page, test=None, train=None)


def _shuffle() -> None:
    state.put(shuffle=(state.get("shuffle") + 1) % state.MAX_NUMBER, page=1, test=None, train=None)


def _go_to() -> None:
    number = st.session_state.get(NUMBER)
    if number is not None:
        _show(int(number))
