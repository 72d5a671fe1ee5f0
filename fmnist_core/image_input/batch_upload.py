"""Batch upload: a table with one model's prediction for each uploaded image."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from fmnist_core import csv_export
from fmnist_core.errors import DataError, LabError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, format_probability, pluralize
from fmnist_core.html_snippets import data_url
from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.zip_uploads import UploadedPicture, list_uploads
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import batch
from fmnist_core.serving.batch import COLUMNS, UploadPrediction
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.ui.downloads import download_button

if TYPE_CHECKING:
    from fmnist_core.serving.predictor import PredictionBatch

BATCH_KEY = "batch upload"
"""Session-state key of the `Batch`."""
ROW_HEIGHT, HEADER_HEIGHT = 68, 42
"""In pixels."""
MAX_ROWS = 6
"""Rows shown before the table scrolls."""


@dataclass
class BatchJob:
    """One model's predictions for a batch; a rerun interrupts it and the next one resumes it."""

    run_id: str
    parts: Iterator[list[UploadPrediction]]
    """Yields predictions for the next few images; raises `RunError`."""
    predictions: list[UploadPrediction] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Their rows in the table."""


@dataclass
class Batch:
    """The uploaded images and the job that predicts them."""

    file_ids: tuple[str, ...]
    pictures: list[UploadedPicture]
    job: BatchJob | None = None


def add_batch(files: Sequence[UploadedFile]) -> None:
    """Make these files the batch, unless they already are; draw a warning if they are unusable."""
    file_ids = tuple(file.file_id for file in files)
    current = _current_batch()
    if current is not None and current.file_ids == file_ids:
        return
    try:
        pictures = list_uploads([(file.name, file.getvalue()) for file in files])
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/folder_zip:")
        return
    st.session_state[BATCH_KEY] = Batch(file_ids=file_ids, pictures=pictures)


def has_batch() -> bool:
    """Whether a batch has been uploaded."""
    return BATCH_KEY in st.session_state


def forget_batch() -> None:
    """Forget the uploaded batch and its predictions."""
    st.session_state.pop(BATCH_KEY, None)


def _current_batch() -> Batch | None:
    return st.session_state.get(BATCH_KEY)


def pick_model(models: Mapping[str, RunSummary]) -> RunSummary | None:
    """Draw the choice of the model that predicts the batch."""
    name = st.segmented_control(
        "Predictions by", list(models), default=next(iter(models), None), required=True, wrap=True,
        key=f"batch model {sorted(models)}",
    )  # fmt: skip
    return None if name is None else models[name]


def draw_batch_table(run: RunSummary) -> InputImage | None:
    """Predict the batch and draw the table; return the image whose row is selected."""
    current = _current_batch()
    assert current is not None
    if current.job is None or current.job.run_id != run.id:
        parts = batch.predict_batch(current.pictures, lambda images: _predict(run, images))
        current.job = BatchJob(run_id=run.id, parts=parts)
    try:
        _finish(current.job, num_images=len(current.pictures))
    except LabError as error:
        current.job = None  # a generator that raised cannot be resumed
        st.warning(escape_markdown(str(error)), icon=":material/broken_image:")
        return None
    index = _draw_table(current.job, key=f"batch {hash((run.id, current.file_ids))}")
    return None if index is None else _read_image(current.pictures[index])


def _predict(run: RunSummary, images: np.ndarray) -> "PredictionBatch":
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return MODEL_CACHE.get(run.run).predict(images)


def _finish(job: BatchJob, *, num_images: int) -> None:
    """Predict the remaining images, with a progress bar; raises `RunError`."""
    container = st.empty()
    while (num_done := len(job.predictions)) < num_images:
        container.progress(num_done / num_images, text=f"{num_done:,} of {num_images:,} images")
        part = next(job.parts)
        job.predictions += part
        job.rows += [_table_row(prediction) for prediction in part]
    container.empty()


def _draw_table(job: BatchJob, *, key: str) -> int | None:
    """Draw the table and its download button; returns the index of the selected row."""
    num_errors = sum(bool(prediction.error) for prediction in job.predictions)
    text = pluralize(len(job.predictions), "file")
    text += f", {num_errors} couldn't be read" if num_errors else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{text}. Click a row to see every model's prediction.", width="content")
        download_button(
            "CSV", lambda: _to_csv(job), file_name="predictions.csv", icon=":material/download:",
            type="tertiary", key="predictions csv",
        )  # fmt: skip
    event = st.dataframe(
        job.rows,
        key=key,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=HEADER_HEIGHT + ROW_HEIGHT * min(len(job.predictions), MAX_ROWS),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Image": st.column_config.ImageColumn(width="small"),
            "Model's view": st.column_config.ImageColumn(
                width=105, help="The image after preprocessing, as the model sees it."
            ),
            "Confidence": st.column_config.NumberColumn(format="%.1f%%"),
            "Problem": st.column_config.TextColumn(width="large"),
        },
        placeholder="–",
        alt="Uploaded images with the model's predictions",
    )
    rows = event.selection.rows
    return rows[0] if rows else None


def _to_csv(job: BatchJob) -> str:
    return csv_export.rows_to_csv([prediction.as_row() for prediction in job.predictions], COLUMNS)


def _table_row(prediction: UploadPrediction) -> dict[str, Any]:
    if prediction.image is None or prediction.thumbnail is None:
        return {
            "Image": None,
            "Model's view": None,
            "File": prediction.name,
            "Problem": prediction.error,
        }
    (predicted, confidence), *others = prediction.top
    return {
        "Image": data_url(prediction.thumbnail),
        "Model's view": data_url(prediction.image),
        "File": prediction.name,
        "Prediction": CLASSES[predicted] + (f" ({UNSURE_LABEL})" if prediction.is_unsure else ""),
        "Confidence": 100 * confidence,
        "Runners-up": ", ".join(
            f"{CLASSES[label]} {format_probability(probability)}" for label, probability in others
        ),
    }


def _read_image(picture: UploadedPicture) -> InputImage | None:
    try:
        return photo.read_photo(picture.read(), name=picture.name)
    except LabError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None
