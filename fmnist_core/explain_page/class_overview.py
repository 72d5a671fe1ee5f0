"""View: what a model looks at in a whole class, in a confused pair, and in its worst mistakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from fmnist_core.attribution import average, overlay
from fmnist_core.attribution.average import AverageJob, AverageKey
from fmnist_core.attribution.methods import METHODS, Method, supported_methods
from fmnist_core.attribution.overlay import HeatmapStyle
from fmnist_core.attribution.target import Target
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError, LabError
from fmnist_core.evaluation import metrics
from fmnist_core.explain_page import class_images, compute, controls, heatmap_cards
from fmnist_core.explain_page.class_images import EvaluatedRun, ImageGroup
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import predictions
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status, query_params

SLOW_METHODS = ("scorecam", "ablationcam", "occlusion")
"""Methods with dozens of forward passes per heatmap: too slow for a hundred of them."""
MAX_MISTAKES = 12
DEFAULT_CLASS = 6
"""Shirt: the class with most mistakes."""
IMAGE_COUNTS = (20, 50, 100, 200)
LEGEND = (
    "All averages in a row use the same color scale. A dark average means that the individual "
    "heatmaps highlight different places."
)
NO_MISTAKES = "No mistakes in this class."
CLASS_KEY, CELL_KEY = "class overview class", "class overview cell"
"""Session-state keys of the class's name, and of a linked cell: true and predicted class."""


@dataclass(frozen=True, kw_only=True)
class ClassOverviewRequest:
    """The settings selected in this view."""

    evaluated: EvaluatedRun
    label: int
    method: Method
    max_images: int
    """Of each group."""
    style: HeatmapStyle


def select_cell(label: int, predicted: int) -> None:
    """Open the view with the class of a confusion matrix's cell, and with that confusion."""
    st.session_state[CLASS_KEY] = CLASSES[label]
    st.session_state[CELL_KEY] = label, predicted


def draw_class_overview(models: Mapping[str, RunSummary]) -> None:
    """Draw a class's averages, those of a confused pair, and the worst mistakes."""
    if not models:
        return
    st.session_state.setdefault(CLASS_KEY, CLASSES[DEFAULT_CLASS])
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox("Model", list(models), key=f"many {list(models)}", width=180)
        run = models[name or next(iter(models))]
        class_name = st.selectbox(
            "Class", CLASSES, key=CLASS_KEY, width=140, persist_state="session"
        )
        method = _pick_method(run)
        max_images = st.selectbox(
            "Maximum images", IMAGE_COUNTS, index=1, key="many images", width=150,
            persist_state="session", help="Per group; more images take longer.",
        )  # fmt: skip
        with st.popover("Display", icon=":material/palette:"):
            style = controls.draw_style_controls(has_grid=False)
    # Clear the placeholders first: otherwise the previous class's parts stay visible meanwhile.
    containers = [st.empty() for _ in range(4)]
    evaluated = _load_evaluated(run)
    if evaluated is None:
        return
    request = ClassOverviewRequest(
        evaluated=evaluated,
        label=CLASSES.index(class_name),
        method=method,
        max_images=max_images,
        style=style,
    )
    containers[0].html(heatmap_cards.legend_html(style, text=LEGEND))
    parts = (_draw_averages, _draw_contrast, _draw_mistakes)
    for container, draw_part in zip(containers[1:], parts, strict=True):
        with container.container():
            draw_part(request)


def _pick_method(run: RunSummary) -> Method:
    keys = [
        method.key
        for method in supported_methods(MODELS[run.model])
        if method.key not in SLOW_METHODS and method.kind != "guided"
    ]
    key = st.selectbox(
        "Method", keys, format_func=lambda key: METHODS[key].title, key=f"many method {keys}",
        width=180,
    )  # fmt: skip
    return METHODS[key or keys[0]]


def _load_evaluated(run: RunSummary) -> EvaluatedRun | None:
    """Load a run's predictions and the test images; draw why they are unavailable."""
    data: DatasetKey = run.data or "fashion-mnist"
    try:
        stored = predictions.load_predictions(run.run)
        images, labels = dataset_status.load_test_set(data)
    except DataError:
        st.info(f"{DATASET_TITLES[data]} is not on this machine.", icon=":material/hide_image:")
        dataset_status.offer_download(data)
        return None
    except LabError as error:
        st.info(escape_markdown(str(error)), icon=":material/broken_image:")
        return None
    if not np.array_equal(labels, stored.labels):
        st.info(
            "The test images on this machine are not the ones that this run was tested on.",
            icon=":material/hide_image:",
        )
        return None
    return EvaluatedRun(
        run=run, data=data, images=images, labels=labels, probabilities=stored.probabilities
    )


def _draw_averages(request: ClassOverviewRequest) -> None:
    class_name = escape_markdown(CLASSES[request.label])
    st.header(f"Average heatmaps for {class_name}", anchor=False)
    st.caption(
        "Each card shows the average heatmap over the average image: the evidence for the "
        "predicted class, first where it is correct, then for each common mistake."
    )
    groups = class_images.group_by_prediction(request.evaluated, request.label)
    _draw_group_averages(request, groups)
    if len(groups) == 1:
        st.caption(NO_MISTAKES)


def _draw_contrast(request: ClassOverviewRequest) -> None:
    """Draw what decides between the class and another one."""
    evaluated, label = request.evaluated, request.label
    class_name, others = CLASSES[label], [name for name in CLASSES if name != CLASSES[label]]
    st.header(f"{escape_markdown(class_name)} versus another class", anchor=False)
    linked = _linked_class(label)
    default = CLASSES[
        class_images.most_confused_class(evaluated, label) if linked is None else linked
    ]
    other = st.selectbox(
        f"{class_name} is confused with", others, index=others.index(default),
        key=f"pair {evaluated.run.id} {label}", width=250,
    )  # fmt: skip
    other = other or default
    st.caption(
        f"The evidence for {class_name} over {other}, or the other way around, depending on what "
        "the model predicted."
    )
    groups = class_images.group_for_contrast(evaluated, label, CLASSES.index(other))
    _draw_group_averages(request, groups)


def _linked_class(label: int) -> int | None:
    """The wrong class of the linked cell, if it is a cell of this class."""
    linked_label, predicted = st.session_state.get(CELL_KEY, (label, label))
    return predicted if linked_label == label != predicted else None


def _draw_group_averages(request: ClassOverviewRequest, groups: Sequence[ImageGroup]) -> None:
    """Draw an average heatmap for each group with images, and a progress bar until then."""
    container, bar = st.empty(), st.empty()
    try:
        jobs = [(group.title, _get_job(request, group)) for group in groups if len(group.indices)]
        total = sum(len(job.key.indices) for _, job in jobs)
        for _, job in jobs:
            while not job.is_finished:
                job.advance(request.evaluated.images)
                num_done = sum(started.num_done for _, started in jobs)
                bar.progress(num_done / total, text=f"{num_done} of {total} heatmaps")
    except LabError as error:
        bar.info(escape_markdown(str(error)), icon=":material/broken_image:")
        return
    bar.empty()
    # One scale for the row: an average whose heatmaps agree on the location is brighter.
    max_weight = max((float(job.current_average.values.max()) for _, job in jobs), default=0)
    figures = "".join(
        _average_figure(title, job, request.style, max_weight=max_weight) for title, job in jobs
    )
    container.html(f'<div class="heat-cards">{figures}</div>')


def _get_job(request: ClassOverviewRequest, group: ImageGroup) -> AverageJob:
    """Raises `RunError` if the run has no weights here."""
    run = request.evaluated.run.run
    return average.get_average_job(
        AverageKey(
            run=run,
            weights_version=run.weights_version(),
            method=request.method,
            target=group.target,
            data=request.evaluated.data,
            indices=tuple(map(int, group.indices[: request.max_images])),
        )
    )


def _average_figure(title: str, job: AverageJob, style: HeatmapStyle, *, max_weight: float) -> str:
    mean = job.current_average
    details = f"Average of {pluralize(mean.num_maps, 'heatmap')}"
    details += f", {mean.num_empty} empty" if mean.num_empty else ""
    details += f"; maximum weight {mean.values.max():.2f}"
    weights = mean.values / max_weight if max_weight else None
    pixels = overlay.overlay_image(mean.mean_image, weights, style)
    return (
        f'<figure class="heat-card">{heatmap_cards.image_html(pixels, title)}'
        f'<figcaption><b>{escape(title)}</b><br><span class="note">{details}</span></figcaption>'
        "</figure>"
    )


def _draw_mistakes(request: ClassOverviewRequest) -> None:
    st.header(f"Worst mistakes on {escape_markdown(CLASSES[request.label])} images", anchor=False)
    indices = class_images.find_worst_mistakes(request.evaluated, request.label, limit=MAX_MISTAKES)
    if not len(indices):
        st.caption(NO_MISTAKES)
        return
    st.caption(
        "The true class got the lowest probability; each heatmap shows the evidence for the "
        "prediction. Click a number to look closer."
    )
    with st.spinner("Explaining the mistakes …"):
        figures = {int(index): _mistake_figure(request, int(index)) for index in indices}
    with st.container(key="explain-mistakes"):
        for index, figure in figures.items():
            with st.container(key=f"mistake {index}"):
                st.html(figure)
                st.page_link(
                    "pages/explain.py", label=f"no. {index}",
                    query_params=query_params.to_params(
                        [request.evaluated.run.id],
                        test_index=index, data=request.evaluated.data, view="maps",
                    ),
                )  # fmt: skip


def _mistake_figure(request: ClassOverviewRequest, index: int) -> str:
    evaluated = request.evaluated
    predicted, confidence = metrics.top_classes(evaluated.probabilities[index], k=1)[0]
    weights, problem = _explain_image(request, evaluated.images[index], predicted)
    pixels = overlay.overlay_image(evaluated.images[index], weights, request.style)
    return (
        f'<figure class="heat-large" data-index="{index}" title="{escape(problem)}">'
        f"{heatmap_cards.image_html(pixels, f'no. {index}')}"
        f"<figcaption>{CLASSES[predicted]} <b>{confidence:.0%}</b></figcaption></figure>"
    )


def _explain_image(
    request: ClassOverviewRequest, image: np.ndarray, predicted: int
) -> tuple[np.ndarray | None, str]:
    """Return the weights to draw, or `None` and the reason in a sentence."""
    run = request.evaluated.run.run
    try:
        heatmap, _ = compute.compute_heatmap(
            compute.HeatmapKey(
                run=run,
                weights_version=run.weights_version(),
                image=image.tobytes(),
                method=request.method,
                target=Target(label=predicted),
            )
        )
    except LabError as error:
        return None, str(error)
    return overlay.displayed_weights(heatmap, request.style), heatmap.problem or ""
