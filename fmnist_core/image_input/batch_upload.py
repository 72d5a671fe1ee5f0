"""Many pictures on the page: a table with what a model says of each, which grows as it works."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from fmnist_core import csv_export
from fmnist_core.errors import DataError, LabError
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.html_snippets import data_url
from fmnist_core.image_input import photo
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.zip_uploads import UploadedPicture, list_uploads
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import batch
from fmnist_core.serving.batch import COLUMNS, BatchPrediction

WORK = "many pictures"
ROW, HEAD, MOST_ROWS = 68, 42, 6
"""Pixels of a row and of the head; rows before the table scrolls."""


@dataclass
class BatchJob:
    """What is under way or done; a click elsewhere interrupts it, and it goes on where it was."""

    key: tuple[Any, ...]
    handed_in: list[UploadedPicture]
    parts: Iterator[list[BatchPrediction]]
    done: list[BatchPrediction] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    """What the table shows of them."""

    @property
    def is_finished(self) -> bool:
        return len(self.done) >= len(self.handed_in)

    def go_on(self) -> None:
        """A few more of them; raises `RunError`."""
        part = next(self.parts)
        self.done += part
        self.rows += [_row(each) for each in part]


def begin(files: Sequence[UploadedFile], models: Mapping[str, RunSummary]) -> BatchJob | None:
    """What was begun for these files and this model, else new; says what cannot be taken."""
    name = st.segmented_control(
        "Sorted by", list(models), default=next(iter(models), None), required=True, wrap=True,
        key=f"sorted by {sorted(models)}",
    )  # fmt: skip
    if name is None:
        return None
    try:
        return _work(files, models[name])
    except DataError as error:
        st.warning(escape_markdown(str(error)), icon=":material/folder_zip:")
        return None


def table(work: BatchJob) -> InputImage | None:
    """Work to the end and show it; returns the picture whose row is chosen."""
    try:
        _go_on(work)
    except LabError as error:
        del st.session_state[WORK]  # what failed cannot go on
        st.warning(escape_markdown(str(error)), icon=":material/broken_image:")
        return None
    return _chosen(work, _show(work))


def _work(files: Sequence[UploadedFile], row: RunSummary) -> BatchJob:
    key = (row.id, tuple(file.file_id for file in files))
    kept: BatchJob | None = st.session_state.get(WORK)
    if kept is None or kept.key != key:
        handed_in = list_uploads([(file.name, file.getvalue()) for file in files])
        parts = batch.predict_batch(handed_in, lambda images: _answer(row, images))
        kept = st.session_state[WORK] = BatchJob(key=key, handed_in=handed_in, parts=parts)
    return kept


def _answer(row: RunSummary, images: Any) -> Any:
    from fmnist_core.serving.model_cache import MODEL_CACHE

    return MODEL_CACHE.get(row.run).predict(images)


def _go_on(work: BatchJob) -> None:
    """To the end, with a bar that says how far it is; raises `RunError`."""
    place = st.empty()
    while not work.is_finished:
        share = len(work.done) / len(work.handed_in)
        place.progress(share, text=f"{len(work.done):,} of {len(work.handed_in):,} pictures")
        work.go_on()
    place.empty()


def _show(work: BatchJob) -> int | None:
    """The table and its download; returns the row that is chosen."""
    problems = sum(bool(each.error) for each in work.done)
    said = pluralize(len(work.done), "picture")
    said += f", {problems} of them cannot be used" if problems else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{said}. Click a row to see what every model says of it.", width="content")
        st.download_button(
            "CSV", lambda: csv_export.rows_to_csv([each.as_row() for each in work.done], COLUMNS),
            file_name="answers.csv", icon=":material/download:", type="tertiary",
            key="answers csv", on_click="ignore",
        )  # fmt: skip
    event = st.dataframe(
        work.rows,
        key=f"many {hash(work.key)}",
        hide_index=True,
        row_height=ROW,
        height=HEAD + ROW * min(len(work.done), MOST_ROWS),
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Picture": st.column_config.ImageColumn(width="small"),
            "Seen": st.column_config.ImageColumn(width="small", help="What the model saw."),
            "Confidence": st.column_config.NumberColumn(format="%.1f%%"),
            "Problem": st.column_config.TextColumn(width="large"),
        },
        placeholder="–",
        alt="Pictures with the model's answers",
    )
    rows = event.selection.rows
    return rows[0] if rows else None


def _row(each: BatchPrediction) -> dict[str, Any]:
    if each.image is None or each.thumbnail is None:
        return {"Picture": None, "Seen": None, "File": each.name, "Problem": each.error}
    others = ", ".join(f"{CLASSES[label]} {share:.0%}" for label, share in each.top[1:])
    doubt = " (unfamiliar)" if each.is_ood else ""
    return {
        "Picture": data_url(each.thumbnail),
        "Seen": data_url(each.image),
        "File": each.name,
        "Answer": CLASSES[each.top[0][0]] + doubt,
        "Confidence": 100 * each.top[0][1],
        "Else": others,
    }


def _chosen(work: BatchJob, number: int | None) -> InputImage | None:
    if number is None:
        return None
    member = work.handed_in[number]
    try:
        return photo.of_file(member.contents(), name=member.name)
    except LabError as error:
        st.warning(escape_markdown(str(error)), icon=":material/image_not_supported:")
        return None
