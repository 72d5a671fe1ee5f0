"""An image of the user's own on the map: a drawing, a photograph, or any test image."""

import numpy as np
import streamlit as st

from fmnist_core.data_page import embeddings, images, state
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.data_page.map_points import PlacedPoints
from fmnist_core.data_page.scatter_map import Star
from fmnist_core.embedding import features, neighbors
from fmnist_core.embedding.features import Features
from fmnist_core.embedding.space import Space
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input import picker, sources
from fmnist_core.ui import browser_state

HINT = "Draw or photograph a garment: it becomes a star on the map, among what it resembles."


def pick_star(where: Space, points: Features, placed: PlacedPoints) -> Star | None:
    """Draw the switch and the image's source; return where the image lies on the map.

    Raises `RunError`.
    """
    is_on = st.toggle("Put my own image on the map", key=state.STAR_KEY, persist_state="session")
    if not is_on:
        return None
    source = sources.pick_source()
    image = source.draw()
    if image is None:
        st.caption(HINT)
        return None
    with st.spinner("The model looks at it …"):
        query = features.query_features(where, image.pixels)
    position = placed.place(_position(where, points, placed, query.vectors[0]))
    nearest, _ = neighbors.nearest_neighbors(
        points.vectors, query.vectors[0], k=neighbors.NUM_ANCHORS
    )
    text = "Your image"
    if where.run is not None:
        predicted = int(query.probabilities[0].argmax())
        text = f"Your image: {CLASSES[predicted]}, {query.probabilities[0][predicted]:.0%} sure"
    st.markdown(f"★ {text}. Most similar:")
    pixels, labels = images.load_points(where.data)
    tiles = [
        Tile(id=int(index), title=f"Test image {index}: {CLASSES[labels[index]]}")
        for index in nearest
    ]
    draw_tiles(
        pixels[nearest], tiles, key="nearest to the star", label="Nearest test images",
        on_pick=lambda index: state.put(test=index, train=None), selected=state.get("test"),
    )  # fmt: skip
    st.caption(picker.PRIVACY)
    browser_state.announce(text)
    return Star(position=position, pixels=image.pixels, text=text)


def _position(
    where: Space, points: Features, placed: PlacedPoints, query: np.ndarray
) -> np.ndarray:
    """Where the layout puts a point [F], [2]."""
    if state.get("layout") == "pca" and where.epoch is None:
        fitted = embeddings.get_projection(where, points)
        projected: np.ndarray = fitted.project(query[None])[0]
        return projected
    positions = placed.positions / placed.scale + placed.center
    return neighbors.place_on_map(points.vectors, positions, query)
