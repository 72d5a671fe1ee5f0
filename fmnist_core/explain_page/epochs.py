"""View: prediction and heatmap of one image, epoch by epoch, from a run's epoch checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.attribution.methods import Method, supported_methods
from fmnist_core.attribution.target import caption
from fmnist_core.charts.confusion_matrix import confusion_chart, confusion_rows
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.errors import LabError
from fmnist_core.explain_page import charts, epoch_player, heatmap_cards
from fmnist_core.explain_page.request import FALLBACK_METHODS, ExplainRequest, TargetSelection
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.formatting import escape_markdown
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import summary
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import live_chart, model_picker, polling, run_history, run_list

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap

NO_RUNS = (
    "No run has saved its weights after several epochs yet. Train one: models with fewer than 2 "
    "million parameters do by default; for others, set *Save weights after every epoch* to "
    "*Always*."
)
RUN_KEY = "run through training"
"""Session-state key of the picked run's id."""
ENOUGH_EPOCHS = 8
"""More epochs make a run no better to look at, and slower."""
MAX_CLASSES = 5
"""Classes in the chart of confidences."""
MAX_CACHED = 200
"""Explanations per session; one takes 3 to 100 kB."""


@dataclass(frozen=True, kw_only=True)
class EpochKey:
    """Everything that determines the explanation of an epoch."""

    run: Run
    epoch: int
    weights_version: int
    """`Run.weights_version(epoch=…)`."""
    image: bytes
    method: Method
    selection: TargetSelection
    """Resolved for each epoch, by the prediction of that epoch."""
    label: int | None
    """The true class, if known."""
    smooth: bool


@dataclass(frozen=True, kw_only=True)
class EpochExplanation:
    """Prediction and heatmap of the model after one epoch."""

    epoch: int
    probabilities: np.ndarray
    """[10]."""
    caption: str = ""
    heatmap: "Heatmap | None" = None
    problem: str | None = None
    """Why there is nothing to draw, in a sentence."""


# Per session, and hashed by its repr: see `compute.py`.
@st.cache_resource(
    scope="session", max_entries=MAX_CACHED, show_spinner=False, hash_funcs={EpochKey: repr}
)
def explain_epoch(key: EpochKey) -> EpochExplanation:
    """Load an epoch's weights and explain the image; raises `LabError` if they are damaged."""
    import torch

    from fmnist_core.attribution import heatmap
    from fmnist_core.models.inference import predict_probabilities
    from fmnist_core.runs import epoch_checkpoints

    model, input_spec = epoch_checkpoints.load(key.run, key.epoch)
    image = np.frombuffer(key.image, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)
    device = next(model.parameters()).device
    images = torch.from_numpy(image.copy())[None].to(device)
    probabilities = predict_probabilities(model, images, input_spec=input_spec)[0].cpu().numpy()
    try:
        target = key.selection.resolve(probabilities, key.label)
        explained = heatmap.compute_heatmap(
            model, input_spec, image, method=key.method, target=target, smooth=key.smooth
        )
    except LabError as error:
        return EpochExplanation(epoch=key.epoch, probabilities=probabilities, problem=str(error))
    return EpochExplanation(
        epoch=key.epoch,
        probabilities=probabilities,
        caption=caption(key.method, target, probabilities),
        heatmap=explained,
        problem=explained.problem,
    )


def draw_epochs(request: ExplainRequest) -> None:
    """Draw a slider that moves heatmap, probabilities and confusion matrix through the epochs."""
    run = _pick_run()
    if run is None:
        return
    method = _usable_method(request, run)
    explanations = _explain_epochs(request, run, method)
    if not explanations:
        return
    every = epoch_player.SECONDS_PER_EPOCH / 2 if epoch_player.is_playing() else None
    draw = polling.poll(_draw_player, every=every, watch=epoch_player.is_playing)
    draw(explanations, run, method, request)


def _draw_player(
    explanations: Sequence[EpochExplanation],
    run: RunSummary,
    method: Method,
    request: ExplainRequest,
) -> None:
    """Draw the slider and what its epoch shows; each part in a container of its own."""
    containers = [st.container() for _ in range(4)]
    epochs = [explanation.epoch for explanation in explanations]
    with containers[0]:
        epoch = epoch_player.pick_epoch(run.id, epochs)
    selected = explanations[epochs.index(epoch)]
    with containers[1], st.container(key="epoch"):
        st.html(_figure_html(selected, method, request))
        with st.container(key="epoch-answer"):
            predicted = int(selected.probabilities.argmax())
            st.header(
                f"After epoch {epoch}: {CLASSES[predicted]}, "
                f"{selected.probabilities[predicted]:.0%} sure",
                anchor=False,
            )
            st.html(_probabilities_html(selected, request.image.label))
            st.html(heatmap_cards.legend_html(request.style))
    with containers[2]:
        st.header("Confidence, epoch by epoch", anchor=False)
        _draw_confidences(explanations, selected, run)
    with containers[3]:
        _draw_confusion(run, epoch)


def _pick_run() -> RunSummary | None:
    """Pick a run that has saved several epochs; see `rank_runs` for the first one."""
    picked = model_picker.picked_ids()
    runs = {run.id: run for run in rank_runs(run_list.runs(), picked)}
    if not runs:
        st.info(NO_RUNS, icon=":material/model_training:")
        st.page_link("pages/train.py", label="Go to Train", icon=":material/arrow_forward:")
        return None
    labels = summary.unique_labels(list(runs.values()))
    if st.session_state.get(RUN_KEY) not in runs:
        st.session_state[RUN_KEY] = next(iter(runs))
    run_id = st.selectbox(
        "Run", list(runs), format_func=lambda run_id: labels.get(run_id, run_id), key=RUN_KEY,
        label_visibility="collapsed",
    )  # fmt: skip
    return runs[run_id]


def rank_runs(runs: Sequence[RunSummary], picked: Sequence[str]) -> list[RunSummary]:
    """The runs that have saved several epochs, the most instructive first.

    First those among the `picked` models, then those with feature maps, most epochs (no more than
    `ENOUGH_EPOCHS` count) and the best accuracy.
    """

    def rank(run: RunSummary) -> tuple[bool, bool, int, float]:
        num_epochs = min(len(run.run.saved_epochs()), ENOUGH_EPOCHS)
        has_feature_maps = MODELS[run.model].has_feature_maps
        return run.id in picked, has_feature_maps, num_epochs, run.test_accuracy or 0.0

    usable = [run for run in runs if run.recipe and len(run.run.saved_epochs()) > 1]
    return sorted(usable, key=rank, reverse=True)


def _usable_method(request: ExplainRequest, run: RunSummary) -> Method:
    """Return the chosen method if it supports the run's model, else one without feature maps."""
    method = request.methods[0]
    if method in supported_methods(MODELS[run.model]):
        return method
    fallback = FALLBACK_METHODS[0]
    st.caption(f"{escape_markdown(run.name)} has no feature maps: {fallback.title} instead.")
    return fallback


def _explain_epochs(
    request: ExplainRequest, run: RunSummary, method: Method
) -> list[EpochExplanation]:
    """Explain every epoch, with a progress bar; warn of those whose weights are damaged."""
    epochs, bar = run.run.saved_epochs(), st.empty()
    explanations, damaged = [], []
    for index, epoch in enumerate(epochs):
        bar.progress(index / len(epochs), text=f"Epoch {epoch} …")
        try:
            explanations.append(explain_epoch(_epoch_key(request, run.run, method, epoch)))
        except LabError:
            damaged.append(str(epoch))
    bar.empty()
    if damaged:
        st.warning(
            f"The weights of epoch {', '.join(damaged)} cannot be read, or do not fit the model.",
            icon=":material/broken_image:",
        )
    return explanations


def _epoch_key(request: ExplainRequest, run: Run, method: Method, epoch: int) -> EpochKey:
    return EpochKey(
        run=run,
        epoch=epoch,
        weights_version=run.weights_version(epoch=epoch),
        image=request.image.pixels.tobytes(),
        method=method,
        selection=request.selection,
        label=request.image.label,
        smooth=request.smooth and method.needs_layer,
    )


def _figure_html(explanation: EpochExplanation, method: Method, request: ExplainRequest) -> str:
    weights = overlay.displayed_weights(explanation.heatmap, request.style)
    pixels = overlay.overlay_image(request.image.pixels, weights, request.style)
    text = (
        f"{method.title} after epoch {explanation.epoch}. "
        f"{explanation.problem or explanation.caption}"
    )
    return (
        f'<figure class="heat-large" data-epoch="{explanation.epoch}">'
        f"{heatmap_cards.image_html(pixels, text)}"
        f"<figcaption>{escape(text)}</figcaption></figure>"
    )


def _probabilities_html(explanation: EpochExplanation, label: int | None) -> str:
    """The probabilities of all ten classes, and the true class, if known."""
    predicted = int(explanation.probabilities.argmax())
    rows = "".join(
        html_snippets.probability_row(
            index,
            float(probability),
            RUN_COLORS[0],
            text=f"{probability:.0%}",
            is_label=index == label,
            is_bold=index == predicted,
        )
        for index, probability in enumerate(explanation.probabilities)
    )
    true_class = ""
    if label is not None:
        mark = html_snippets.correctness_mark(predicted, (label,))
        true_class = f'<p class="note" title="True class">Actually: {CLASSES[label]}{mark}</p>'
    return f"<div>{rows}{true_class}</div>"


def _draw_confidences(
    explanations: Sequence[EpochExplanation], selected: EpochExplanation, run: RunSummary
) -> None:
    """Draw the confidence in the most probable classes over the epochs."""
    probabilities = np.stack([explanation.probabilities for explanation in explanations])
    top_classes = np.argsort(-probabilities.max(axis=0), kind="stable")[:MAX_CLASSES]
    points = [
        {"epoch": explanation.epoch, "name": CLASSES[index],
         "confidence": round(float(explanation.probabilities[index]), 4)}
        for index in top_classes
        for explanation in explanations
    ]  # fmt: skip
    live_chart.draw_chart(
        chart_spec(charts.epoch_chart),
        {"points": points, "selected": [{"epoch": selected.epoch}]},
        key="confidence by epoch",
        description=f"Confidence of {run.name} by epoch",
    )


def _draw_confusion(run: RunSummary, epoch: int) -> None:
    """Draw the confusion matrix of the validation images, as the run recorded it."""
    records = {record.epoch: record for record in run_history.read_history(run.run).epochs}
    if epoch not in records:
        st.caption("No confusion matrix was recorded for this epoch.")
        return
    record = records[epoch]
    st.header("Confusion matrix: what gets mixed up", anchor=False)
    st.caption(f"Validation images after epoch {epoch}: accuracy {record.validation_accuracy:.1%}")
    live_chart.draw_chart(
        chart_spec(confusion_chart), {"cells": confusion_rows(record.confusion)},
        key="confusion by epoch", description="Confusion matrix of the validation images",
    )  # fmt: skip
