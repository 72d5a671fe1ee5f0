"""View: images whose label is likely to be wrong, as a list to judge."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from fmnist_core import csv_export
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page import garment_card, images, runs, state, stored_predictions
from fmnist_core.data_page.image_tiles import Tile, draw_tiles
from fmnist_core.evaluation import label_errors
from fmnist_core.evaluation.label_errors import LabelIssue
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import pluralize
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import downloads, sticky_widgets

MAX_RUNS = 30
"""Runs whose predictions are averaged, the most accurate first: more change little."""
MIN_ACCURACY = 0.8
"""A model that is often wrong says little about labels."""
PAGE_SIZE = 60
NO_PREDICTIONS = (
    "No model of at least 80% accuracy has been tested on these images yet. Train one, or look at "
    "Fashion-MNIST with the example models."
)
METHOD = (
    "Confident learning (Northcutt et al. 2021): a label is suspect if the models, on average, are "
    "surer of another class than they usually are of images that have that label. The models have "
    "not been trained on these test images. Many are real mistakes of the data set; others are "
    "garments that a picture of 28 × 28 pixels cannot decide."
)
CLASS_KEY = "label errors class"


def draw_label_errors(data: DatasetKey) -> None:
    """Draw the suspects as tiles and the chosen one large; raises `DataError`."""
    chosen = _runs(data)
    loaded = _load(chosen, data)
    if loaded is None:
        st.info(NO_PREDICTIONS, icon=":material/label:")
        st.page_link("pages/train.py", label="Go to Train", icon=":material/arrow_forward:")
        return
    issues, num_models, num_images = loaded
    st.markdown(
        f"**{pluralize(len(issues), 'suspect label')}** among {num_images:,} test images, "
        f"judged by {pluralize(num_models, 'model')}.",
        help=METHOD,
    )
    if not issues:
        st.caption("The models find every label likely.")
        return
    label = _pick_class(issues)
    shown = [issue for issue in issues if label in (state.ALL_CLASSES, issue.label)][:PAGE_SIZE]
    with st.container(key="labels-body"):
        stage, panel = st.container(key="labels-stage"), st.container(key="labels-panel")
    split = images.load_split(data, "test")
    by_index = {issue.index: issue for issue in issues}
    number = state.get("test")
    if number not in by_index:
        number = shown[0].index
    with stage:
        numbers = np.array([issue.index for issue in shown])
        draw_tiles(
            split.images[numbers], [_tile(issue) for issue in shown], key="label errors",
            label="Suspect labels", selected=number, edge=92,
            on_pick=lambda index: state.put(test=index, train=None),
        )  # fmt: skip
        st.caption(f"The most doubtful first; {len(shown)} of {len(issues)} are shown. {METHOD}")
        downloads.download_button(
            "All as CSV", lambda: csv_export.rows_to_csv([_row(issue) for issue in issues]),
            file_name="label-errors.csv", key="label errors csv",
        )  # fmt: skip
    with panel:
        _draw_judgement(by_index[number])
        garment = images.load_garment(data, is_test=True, number=number)
        garment_card.draw_garment(garment, runs.current_run(), is_label_doubtful=True)


def _runs(data: DatasetKey) -> list[RunSummary]:
    """The runs that were tested on these images and are good enough, the best first."""
    return [
        run
        for run in runs.usable_runs()
        if run.data == data and (run.test_accuracy or 0) >= MIN_ACCURACY
    ][:MAX_RUNS]


def _load(
    chosen: Sequence[RunSummary], data: DatasetKey
) -> tuple[list[LabelIssue], int, int] | None:
    """The suspects, how many models judged and how many images; `None` without predictions."""
    labels = images.load_split(data, "test").labels
    found = [stored_predictions.get_probabilities(run, data, labels) for run in chosen]
    probabilities = [one for one in found if one is not None]  # a damaged run has no vote
    if not probabilities:
        return None
    versions = tuple(
        (str(run.run.path), run.run.predictions_file.stat().st_mtime_ns)
        for run, one in zip(chosen, found, strict=True)
        if one is not None
    )
    with st.spinner("Comparing the models’ predictions with the labels …"):
        return _find(versions, probabilities, labels), len(probabilities), len(labels)


@st.cache_resource(max_entries=4, show_spinner=False)
def _find(
    versions: tuple[tuple[str, int], ...],  # noqa: ARG001
    _probabilities: Sequence[np.ndarray],
    _labels: np.ndarray,
) -> list[LabelIssue]:
    return label_errors.find_label_errors(np.stack(_probabilities), _labels)


def _pick_class(issues: Sequence[LabelIssue]) -> int:
    counts = np.bincount([issue.label for issue in issues], minlength=len(CLASSES))
    options = [
        state.ALL_CLASSES,
        *(int(label) for label in np.argsort(-counts, kind="stable") if counts[label]),
    ]
    return sticky_widgets.selectbox(
        "Labeled as", options, key=CLASS_KEY, width=240,
        format_func=lambda label: f"All classes ({len(issues)})"
        if label == state.ALL_CLASSES
        else f"{CLASSES[label]} ({counts[label]})",
    )  # fmt: skip


def _tile(issue: LabelIssue) -> Tile:
    return Tile(
        id=issue.index,
        caption=f"{CLASSES[issue.label]} → {CLASSES[issue.suggested]}?",
        title=f"Test image {issue.index}: labeled {CLASSES[issue.label]}; the models say "
        f"{CLASSES[issue.suggested]}",
    )


def _row(issue: LabelIssue) -> dict[str, object]:
    return {
        "test image": issue.index, "label": CLASSES[issue.label],
        "suggested": CLASSES[issue.suggested], "probability of the label": round(issue.quality, 4),
        "models for the suggestion": issue.num_votes, "models": issue.num_models,
    }  # fmt: skip


def _draw_judgement(issue: LabelIssue) -> None:
    st.markdown(
        f"Labeled **{CLASSES[issue.label]}**, but **{issue.num_votes} of {issue.num_models}** "
        f"models say **{CLASSES[issue.suggested]}**. On average they give the label "
        f"{issue.quality:.1%}. What do you see?"
    )
