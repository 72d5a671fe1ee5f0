"""The nearest neighbors of an image in pixels and in a model's features, side by side."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from fmnist_core.data_page import embeddings, images, runs
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.images import Garment
from fmnist_core.embedding import features, neighbors, space
from fmnist_core.embedding.space import Space
from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import CLASSES, PLURALS
from fmnist_core.formatting import escape_markdown

NUM_NEIGHBORS = 12
LESSON = (
    "Neighbors in pixels have their light and dark in the same places. A model has learned what "
    "matters for the class, and in its features, neighbors may look different pixel by pixel."
)


def draw_neighbors(garment: Garment, *, on_pick: Callable[[int], None]) -> None:
    """Draw both groups; `on_pick` is called with the number of a test image that is clicked."""
    with st.container(key="neighbors-top"):
        st.header("Nearest neighbors", anchor=False)
        run = runs.pick_run()
    count = "" if garment.data == "drawn" else f"{space.NUM_IMAGES:,} "
    st.caption(f"Among {count}test images. {LESSON}")
    with st.container(key="neighbors"):
        left, right = st.container(key="neighbors-pixels"), st.container(key="neighbors-features")
    with left:
        st.subheader("In pixels", anchor=False)
        _draw_group(garment, Space(data=garment.data), on_pick)
    if run is not None:
        with right:
            st.subheader(f"In the features of {escape_markdown(run.title)}", anchor=False)
            _draw_group(garment, Space(data=garment.data, run=run.run), on_pick)


def _draw_group(garment: Garment, where: Space, on_pick: Callable[[int], None]) -> None:
    try:
        points = embeddings.get_features(where)
        if points is None:
            return
        is_point = garment.is_test and garment.number < len(points.vectors)
        if is_point:
            query = points.vectors[garment.number]
        else:
            query = features.query_features(where, garment.pixels).vectors[0]
    except LabError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")
        return
    indices, _ = neighbors.nearest_neighbors(
        points.vectors, query, k=NUM_NEIGHBORS, without=garment.number if is_point else None
    )
    pixels, labels = images.load_points(garment.data)
    num_same = int(np.sum(labels[indices] == garment.label))
    st.markdown(f"**{num_same} of {len(indices)}** are {PLURALS[garment.label]}.")
    tiles = [
        Tile(
            id=int(index),
            caption=CLASSES[labels[index]],
            title=f"Test image {index}: {CLASSES[labels[index]]}",
            is_wrong=bool(labels[index] != garment.label),
        )
        for index in indices
    ]
    name = "pixels" if where.run is None else "features"
    draw_tiles(
        pixels[indices], tiles, key=f"neighbors in {name}", label=f"Nearest neighbors in {name}",
        on_pick=on_pick, edge=88,
    )  # fmt: skip
