"""Features and maps for the page: read from the cache, or computed in the background with a bar."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import images
from fmnist_core.embedding import compute, features, projection, space
from fmnist_core.embedding.features import Features
from fmnist_core.embedding.projection import Projection
from fmnist_core.embedding.space import Space
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
COMMANDS = BackgroundCommands(user_waits=True)
MODULE = "fmnist_core.embedding.compute"


def get_features(
    where: Space, *, epochs: Sequence[int] = (), layout: str | None = None
) -> Features | None:
    """The features of a space; if they must be computed first, draw a bar and return `None`.

    With `epochs`, wait for the features of those too; with `layout`, its positions are computed
    along with them. Raises `RunError`.
    """
    if where.run is None:
        pixels, _ = images.load_points(where.data)
        return _pixel_features(where.data, len(pixels), pixels)
    spaces = [Space(data=where.data, run=where.run, epoch=epoch) for epoch in epochs] or [where]
    if all(space.is_cached(one.key()) for one in spaces):
        cached = _load_features(where.key(), where)
        if cached is not None:
            return cached
        _load_features.clear()
    request = compute.to_request(where, epochs=list(epochs), layout=layout)
    _draw_bar(request, "The model looks at the images")
    return None


def get_positions(where: Space, layout: str) -> np.ndarray | None:
    """Positions [N, 2] of a t-SNE or UMAP; if they must be computed first, draw a bar.

    Raises `RunError`.
    """
    name = compute.layout_name(where, layout)
    arrays = space.load_arrays(name)
    if arrays is not None and "positions" in arrays:
        return arrays["positions"]
    _draw_bar(compute.to_request(where, layout=layout), "Arranging the images")
    return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_features(key: str, _where: Space) -> Features | None:  # noqa: ARG001
    return features.load_features(_where)


@st.cache_resource(max_entries=2, show_spinner=False)
def _pixel_features(data: DatasetKey, num_images: int, _pixels: np.ndarray) -> Features:  # noqa: ARG001
    uniform = np.full((num_images, NUM_CLASSES), 1 / NUM_CLASSES, dtype=np.float32)
    return Features(vectors=space.to_vectors(_pixels), probabilities=uniform)


def get_projection(where: Space, points: Features) -> Projection:
    """The PCA of a space's points; raises `RunError`."""
    return _fit_projection(where.key(), points.vectors)


@st.cache_resource(max_entries=40, show_spinner=False)
def _fit_projection(key: str, _vectors: np.ndarray) -> Projection:  # noqa: ARG001
    return projection.fit_pca(_vectors)


def _draw_bar(request: str, text: str) -> None:
    """Ask for the computation, unless it has failed, and draw how far it is."""
    if error := COMMANDS.error(request):
        st.error(escape_markdown(error), icon=":material/error:")
        st.button("Try again", on_click=_retry, args=(request,), key=f"retry {hash(request)}")
        return
    COMMANDS.request(request, MODULE, stdin=request)

    def watch() -> bool:
        return COMMANDS.is_pending(request)

    def draw() -> None:
        done = compute.read_progress(request)
        st.progress(min(done, 1.0), text=f"{text}: {done:.0%}" if done else f"{text} …")

    polling.poll(draw, every=POLL_SECONDS, watch=watch)()


def _retry(request: str) -> None:
    COMMANDS.request(request, MODULE, stdin=request)
