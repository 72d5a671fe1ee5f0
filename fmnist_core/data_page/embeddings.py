"""Features and maps for the page: read from the cache, or computed in the background with a bar."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import images
from fmnist_core.embedding import compute, features, projection, space
from fmnist_core.embedding.features import Features
from fmnist_core.embedding.layouts import LAYOUTS
from fmnist_core.embedding.projection import Projection
from fmnist_core.embedding.space import Space
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
COMMANDS = BackgroundCommands(user_waits=True)
MODULE = "fmnist_core.embedding.compute"
LOOKING, ARRANGING = "The model looks at the images", "Arranging the images"
WAITING = (
    "This takes seconds for the features of a small network, and a minute or two for a map by "
    "t-SNE or UMAP. You can go elsewhere meanwhile; the result is kept."
)


def get_features(
    where: Space, *, epochs: Sequence[int] = (), layout: str | None = None
) -> Features | None:
    """The features of a space; if they must be computed first, draw a bar and return `None`.

    With `epochs`, those of the run's other epochs are computed along with them, for a slider; with
    `layout`, the positions of the final weights. Raises `RunError`.
    """
    found = find_features(where)
    if found is None:
        final = Space(data=where.data, run=where.run)
        _draw_bar(compute.to_request(final, epochs=list(epochs), layout=layout))
    return found


def find_features(where: Space) -> Features | None:
    """The features of a space if they are cached; raises `RunError`."""
    if where.run is None:
        pixels, _ = images.load_points(where.data)
        return _pixel_features(where.data, len(pixels), pixels)
    key = where.key()
    if not space.is_cached(key):
        return None
    found = _load_features(key, where)
    if found is None:  # damaged: it is computed again
        _load_features.clear()
    return found


def get_positions(where: Space, layout: str) -> np.ndarray | None:
    """Positions [N, 2] of a t-SNE or UMAP; if they must be computed first, draw a bar.

    For an epoch, draw a button that starts it: a slider passes many. Raises `RunError`.
    """
    name = compute.layout_name(where, layout)
    arrays = space.load_arrays(name)
    if arrays is not None and "positions" in arrays:
        return arrays["positions"]
    request = compute.to_request(where, layout=layout)
    is_known = COMMANDS.is_pending(request) or COMMANDS.error(request)
    if where.epoch is None or is_known:
        _draw_bar(request)
    else:
        title = LAYOUTS[layout].title
        st.info(f"{title} has not been computed for this epoch yet. It takes a minute or two.")
        st.button(f"Compute {title}", on_click=_request, args=(request,), key="compute layout")
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


def _draw_bar(request: str) -> None:
    """Ask for the computation, unless it has failed, and draw how far it is."""
    if error := COMMANDS.error(request):
        st.error(escape_markdown(error), icon=":material/error:")
        st.button("Try again", on_click=_request, args=(request,), key=f"retry {hash(request)}")
        return
    _request(request)

    def watch() -> bool:
        return COMMANDS.is_pending(request)

    def draw() -> None:
        progress = compute.read_progress(request)
        text = ARRANGING if progress.is_arranging else LOOKING
        percent = f": {progress.fraction:.0%}" if progress.fraction else " …"
        st.progress(min(progress.fraction, 1.0), text=text + percent)
        st.caption(WAITING)

    polling.poll(draw, every=POLL_SECONDS, watch=watch)()


def _request(request: str) -> None:
    COMMANDS.request(request, MODULE, stdin=request)
