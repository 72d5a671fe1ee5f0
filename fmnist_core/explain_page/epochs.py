"""View: answer and heatmap of one image, epoch by epoch."""

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core import html_snippets
from fmnist_core.attribution import overlay
from fmnist_core.attribution.captions import caption
from fmnist_core.attribution.methods import METHODS, Method, supported_methods
from fmnist_core.charts.confusion_matrix import confusion_chart, confusion_rows
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.errors import LabError
from fmnist_core.explain_page import charts, heatmap_cards
from fmnist_core.explain_page.compute import cached
from fmnist_core.explain_page.request import WITHOUT_LAYERS, ExplainRequest, class_of
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.formatting import escape_markdown
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import summary
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import live_chart, run_history, run_list

if TYPE_CHECKING:
    from fmnist_core.attribution.heatmap import Heatmap


EMPTY = (
    "No run here has kept its epochs yet. Train one: models under 2 million parameters keep them, "
    "others where *Keep each epoch* is set to always."
)
MOST_LINES = 5


@dataclass(frozen=True, kw_only=True)
class EpochKey:
    """One epoch of a run and what is asked of it; equal ones are worked out once."""

    run: Run
    epoch: int
    written: int
    """When its weights were written."""
    image: bytes
    method: Method
    label: str
    """The class that is explained, by its name or by whose it is; the answer is that epoch's."""
    against: str
    truth: int | None
    smooth: bool


@dataclass(frozen=True, kw_only=True)
class EpochExplanation:
    """What the model was after one epoch."""

    epoch: int
    probabilities: np.ndarray
    """[10]."""
    why: str = ""
    """What the map says."""
    heatmap: "Heatmap | None" = None
    problem: str | None = None
    """Why there is no map."""


def explain_epoch(wanted: EpochKey) -> EpochExplanation:
    """Raises `LabError` where its weights cannot be read."""
    return cached(wanted, lambda: _explain_epoch(wanted))


def _explain_epoch(wanted: EpochKey) -> EpochExplanation:
    import torch

    from fmnist_core.attribution import heatmap
    from fmnist_core.attribution.heatmap import Target
    from fmnist_core.models.inference import predict
    from fmnist_core.runs import epoch_checkpoints

    model, input_spec = epoch_checkpoints.load(wanted.run, wanted.epoch)
    image = np.frombuffer(wanted.image, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)
    device = next(model.parameters()).device
    images = torch.from_numpy(image.copy())[None].to(device)
    probabilities = predict(model, images, input_spec=input_spec)[0].cpu().numpy()
    try:
        label, against = (
            class_of(whose, probabilities, wanted.truth) for whose in (wanted.label, wanted.against)
        )
        assert label is not None
        found = heatmap.compute_heatmap(
            model, input_spec, image, method=wanted.method, smooth=wanted.smooth,
            target=Target(label=label, against=against),
        )  # fmt: skip
    except LabError as error:
        return EpochExplanation(epoch=wanted.epoch, probabilities=probabilities, problem=str(error))
    return EpochExplanation(
        epoch=wanted.epoch, probabilities=probabilities, heatmap=found, problem=found.problem,
        why=caption(wanted.method, label, against, probabilities),
    )  # fmt: skip


def show(question: ExplainRequest) -> None:
    """A slider over the epochs moves heatmap, bars and confusion matrix together."""
    row = _run()
    if row is None:
        return
    method = _method(question, row)
    found = _moments(question, row, method)
    if not found:
        return
    epochs = [moment.epoch for moment in found]
    epoch = epochs[-1]
    if len(epochs) > 1:
        epoch = st.select_slider(
            "Epoch", epochs, value=epochs[-1], key=f"epoch of {row.id} {len(epochs)}"
        )
    now = found[epochs.index(epoch)]
    st.html(heatmap_cards.legend(question.look))
    beside = f"{heatmap_cards.grid(200)};align-items:center"
    picture, bars = _picture(now, method, question), _bars(now, question.given.label)
    st.html(f'<div style="{beside}">{picture}{bars}</div>')
    _lines(found, now, row)
    _confusion(row, now)


def _run() -> RunSummary | None:
    """One of those that kept their epochs, the newest first."""
    known = [row for row in run_list.rows() if row.recipe and row.run.kept_epochs()]
    if not known:
        st.info(EMPTY, icon=":material/model_training:")
        st.page_link("pages/train.py", label="To Train", icon=":material/arrow_forward:")
        return None
    labels = summary.unique_labels(known)
    chosen = st.selectbox(
        "Run", list(labels), format_func=lambda each: labels.get(each, each),
        key="run through training",
        help="All runs that have kept their epochs, those that train among them.",
    )  # fmt: skip
    return next((row for row in known if row.id == chosen), known[0])


def _method(question: ExplainRequest, row: RunSummary) -> Method:
    """The chosen one where the run's model has feature maps."""
    allowed = supported_methods(MODELS[row.model])
    first = question.methods[0]
    if first in allowed:
        return first
    instead = METHODS[WITHOUT_LAYERS[0]]
    st.caption(f"{escape_markdown(row.name)} has no feature maps: {instead.title} instead.")
    return instead


def _moments(question: ExplainRequest, row: RunSummary, method: Method) -> list[EpochExplanation]:
    """All epochs that can be read, with a bar as long as it takes; says which cannot."""
    epochs, bar = row.run.kept_epochs(), st.empty()
    found, problems = [], []
    for number, epoch in enumerate(epochs):
        bar.progress(number / len(epochs), text=f"Epoch {epoch} …")
        try:
            found.append(explain_epoch(_wanted(question, row, method, epoch)))
        except LabError:
            problems.append(str(epoch))
    bar.empty()
    if problems:
        st.warning(
            f"The weights of epoch {', '.join(problems)} cannot be read, or do not fit the model.",
            icon=":material/broken_image:",
        )
    return found


def _wanted(question: ExplainRequest, row: RunSummary, method: Method, epoch: int) -> EpochKey:
    return EpochKey(
        run=row.run,
        epoch=epoch,
        written=row.run.weights_version(epoch=epoch),
        image=question.given.preprocessed.image.tobytes(),
        method=method,
        label=question.label,
        against=question.against,
        truth=question.given.label,
        smooth=question.smooth and method.needs_layer,
    )


def _picture(now: EpochExplanation, method: Method, question: ExplainRequest) -> str:
    values = overlay.displayed_weights(now.heatmap, question.look)
    picture = overlay.overlay_image(question.given.preprocessed.image, values, question.look)
    words = f"{method.title} after epoch {now.epoch}. {now.problem or now.why}"
    return (
        f'<figure style="margin:0" class="moment" data-epoch="{now.epoch}">'
        f"{heatmap_cards.picture(picture, words)}"
        f'<figcaption style="font-size:.8rem;margin-top:6px">{escape(words)}</figcaption></figure>'
    )


def _bars(now: EpochExplanation, truth: int | None) -> str:
    """Ten bars."""
    answer = int(now.probabilities.argmax())
    mark = html_snippets.correctness_mark(answer, truth)
    lines = "".join(
        '<div style="display:grid;grid-template-columns:88px 1fr 38px;gap:6px;align-items:center;'
        f'font-size:.76rem;line-height:1.5"><span>{CLASSES[label]}{" ◂" if label == truth else ""}'
        f"</span>{html_snippets.probability_bar(share, RUN_COLORS[0])}"
        f'<span style="text-align:right">{share:.0%}</span></div>'
        for label, share in enumerate(now.probabilities)
    )
    said = f'<div style="font-weight:600;margin-bottom:6px">{CLASSES[answer]}{mark}</div>'
    true = (
        ""
        if truth is None
        else f'<div style="{heatmap_cards.GREY};{heatmap_cards.SMALL}">◂ true class</div>'
    )
    return f"<div>{said}{lines}{true}</div>"


def _lines(found: list[EpochExplanation], now: EpochExplanation, row: RunSummary) -> None:
    """How the confidence in the strongest classes moved."""
    whole = np.stack([moment.probabilities for moment in found])
    strongest = np.argsort(-whole.max(axis=0), kind="stable")[:MOST_LINES]
    rows = [
        {"epoch": moment.epoch, "name": CLASSES[label],
         "confidence": round(float(moment.probabilities[label]), 4)}
        for label in strongest
        for moment in found
    ]  # fmt: skip
    live_chart.draw(
        live_chart.spec(charts.epoch_chart), {"points": rows, "now": [{"epoch": now.epoch}]},
        key="confidence by epoch", says=f"Confidence of {row.name} by epoch",
    )  # fmt: skip


def _confusion(row: RunSummary, now: EpochExplanation) -> None:
    """Of the validation images, as the run itself noted it."""
    epochs = {epoch.epoch: epoch for epoch in run_history.past(row.run).epochs}
    epoch = epochs.get(now.epoch)
    if epoch is None:
        st.caption("The run has not noted its confusion matrix after this epoch.")
        return
    st.markdown(f"**What it takes for what** · validation images after epoch {now.epoch}")
    st.caption(f"Accuracy {epoch.validation_accuracy:.1%}")
    live_chart.draw(
        live_chart.spec(confusion_chart), {"cells": confusion_rows(epoch.confusion)},
        key="confusion by epoch", says="Confusion matrix of the validation images",
    )  # fmt: skip
