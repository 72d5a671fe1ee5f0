"""View: a map of test images in pixel space or in a model's features."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import (
    embeddings,
    images,
    map_points,
    map_selection,
    map_star,
    runs,
    state,
    stored_predictions,
)
from fmnist_core.data_page.map_points import COLOR_TITLES, PlacedPoints
from fmnist_core.data_page.scatter_map import SHEET, Scatter, Star, draw_scatter, make_sheet
from fmnist_core.embedding import projection
from fmnist_core.embedding.features import Features
from fmnist_core.embedding.layouts import LAYOUTS
from fmnist_core.embedding.space import Space
from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import sticky_widgets

SPACE_TITLES = {"pixels": "Pixels", "features": "A model’s features"}
EPOCH_HINT = (
    "The model's weights after each epoch, as the run has saved them: see the classes come apart."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class MapContents:
    """What the controls ask for, computed."""

    where: Space
    run: RunSummary | None
    points: Features
    placed: PlacedPoints
    labels: np.ndarray
    predictions: np.ndarray | None
    confidences: np.ndarray | None


def draw_map(data: DatasetKey) -> None:
    """Draw the controls, the map, and beside it what is selected."""
    with st.container(key="map-controls"):
        where, run = _pick_space(data)
    if state.get("space") == "features" and where.run is None:
        return  # `runs.pick_run` has said that there are no models
    with st.container(key="map-body"):
        stage, panel = st.container(key="map-stage"), st.container(key="map-panel")
    with stage:
        try:
            contents = _compute(where, run)
        except LabError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            contents = None
    if contents is None:
        with panel:
            st.caption("The map comes as soon as it is computed.")
        return
    pixels, _ = images.load_points(data)
    with panel:
        star = map_star.pick_star(contents.where, contents.points, contents.placed)
    with stage:
        _draw(contents, star)
        with st.container(key=SHEET):
            st.image(_sheet(data), alt="The images of the map")
        st.caption(
            f"{LAYOUTS[state.get('layout')].title}: {LAYOUTS[state.get('layout')].teaches} "
            "Draw around points to see them (with a finger: ◌ first). Zoom with + or with Ctrl and "
            "the wheel; drag with Shift to move."
        )
    with panel:
        map_selection.draw_selection(
            pixels, contents.labels, contents.predictions, contents.placed.positions,
            run=contents.run, data=data,
        )  # fmt: skip


def _pick_space(data: DatasetKey) -> tuple[Space, RunSummary | None]:
    """Draw the controls; return the space, and the run whose predictions color the points."""
    is_features = False
    with st.container(key="map-row"):
        chosen = sticky_widgets.selectbox(
            "Compare images by", list(SPACE_TITLES), key=state.key("space"),
            format_func=SPACE_TITLES.__getitem__,
        )  # fmt: skip
        is_features = chosen == "features"
        sticky_widgets.selectbox(
            "Map by", list(LAYOUTS), key=state.key("layout"),
            format_func=lambda key: LAYOUTS[key].title,
            help="\n\n".join(f"**{one.title}**: {one.teaches}" for one in LAYOUTS.values()),
        )  # fmt: skip
        sticky_widgets.selectbox(
            "Color", list(COLOR_TITLES), key=state.key("color"),
            format_func=COLOR_TITLES.__getitem__,
        )  # fmt: skip
        run = None
        if is_features or state.get("color") != "class":
            run = runs.pick_run(with_epochs=is_features)
    if run is None or not is_features:
        return Space(data=data), run
    return Space(data=data, run=run.run, epoch=_pick_epoch(run)), run


def _pick_epoch(run: RunSummary) -> int | None:
    """Draw the slider over a run's saved epochs; `None` for its final weights."""
    saved = run.run.saved_epochs()
    state.report_epoch(saved)
    epochs = [*saved, *([state.FINAL_WEIGHTS] if run.report else [])]
    if state.get("epoch") not in epochs:
        state.put(epoch=epochs[-1])  # of a run that still trains, the newest one
    if len(saved) > 1:
        sticky_widgets.select_slider(
            "Epoch", epochs, key=state.key("epoch"), help=EPOCH_HINT,
            format_func=lambda epoch: "final" if epoch == state.FINAL_WEIGHTS else str(epoch),
        )  # fmt: skip
    elif run.report:  # one epoch is not enough for a slider
        state.put(epoch=state.FINAL_WEIGHTS)
    epoch: int = state.get("epoch")
    return None if epoch == state.FINAL_WEIGHTS else epoch


def _compute(where: Space, run: RunSummary | None) -> MapContents | None:
    """Compute what is drawn; `None`, and a bar, while it is computed in the background."""
    _, labels = images.load_points(where.data)
    saved = where.run.saved_epochs() if where.run else []
    layout = state.get("layout")
    points = embeddings.get_features(
        where,
        epochs=saved if where.epoch is not None else (),
        layout=layout if LAYOUTS[layout].compute and where.epoch is None else None,
    )
    if points is None:
        return None
    positions = _positions(where, points, saved)
    if positions is None:
        return None
    probabilities = points.probabilities if where.run else _stored(run, where.data, labels)
    return MapContents(
        where=where,
        run=run,
        points=points,
        placed=map_points.place_points(positions),
        labels=labels,
        predictions=None if probabilities is None else probabilities.argmax(axis=1),
        confidences=None if probabilities is None else probabilities.max(axis=1),
    )


def _positions(where: Space, points: Features, saved: list[int]) -> np.ndarray | None:
    """Positions [N, 2]; those of an epoch are turned like those of the last one."""
    layout = state.get("layout")
    if layout == "pca":
        positions = embeddings.get_projection(where, points).project(points.vectors)
    else:
        computed = embeddings.get_positions(where, layout)
        if computed is None:
            return None
        positions = computed
    if where.epoch is None or len(saved) < 2:
        return positions
    last = Space(data=where.data, run=where.run, epoch=saved[-1])
    reference = embeddings.find_features(last)
    if reference is None or where == last:
        return positions
    fitted = embeddings.get_projection(last, reference)
    return projection.align(positions, fitted.project(reference.vectors))


def _stored(run: RunSummary | None, data: DatasetKey, labels: np.ndarray) -> np.ndarray | None:
    """The predictions that a run has stored for the points, [N, 10]; a caption without them."""
    if run is None:
        return None
    stored = stored_predictions.get_probabilities(run, data, labels)
    if stored is None:
        st.caption(
            f"{runs.name_of(run)} has no predictions for these images: they show the true class."
        )
    return stored


def _draw(contents: MapContents, star: Star | None) -> None:
    groups, group_of = map_points.color_points(
        state.get("color"), contents.labels, contents.predictions
    )
    number = state.get("test")
    draw_scatter(
        Scatter(
            positions=contents.placed.positions,
            groups=groups,
            group_of=group_of,
            classes=CLASSES,
            labels=contents.labels,
            predictions=contents.predictions,
            confidences=contents.confidences,
            star=star,
            lasso=state.get("lasso"),
            selected=number if number is not None and number < len(contents.labels) else None,
            description=f"Map of {len(contents.labels):,} test images.",
        ),
        key="image map",
        on_lasso=map_selection.choose_lasso,
        on_pick=lambda index: state.put(test=index, train=None),
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _sheet(data: DatasetKey) -> bytes:
    pixels, _ = images.load_points(data)
    return make_sheet(pixels)
