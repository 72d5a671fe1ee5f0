"""Load the comparison of the selected runs; stored predictions are shared by all sessions."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.compare_page import photograph_loading, selection
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import (
    ComparedRun,
    Comparison,
    group_by_test_set,
    load_checked_predictions,
)
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.summary import RunSummary


def load_comparison(runs: Sequence[RunSummary]) -> Comparison | None:
    """Load those of the runs that can be compared with each other; say which cannot, and why."""
    if not runs:
        st.info("Choose two to six runs in the table to compare them.", icon=":material/compare:")
        return None
    names = summary.unique_names(list(runs))
    if selection.get_selection().on_photographs:
        return photograph_loading.load_photograph_comparison(runs, names)
    messages = st.container()
    compared = []
    for run, name in zip(runs, names, strict=True):
        try:
            predictions = _load_predictions(run, *_file_versions(run))
            compared.append(ComparedRun(summary=run, name=name, predictions=predictions))
        except (RunError, OSError) as error:
            with messages:
                _draw_error(run, name, error)
    groups = group_by_test_set(compared)
    if len(groups) > 1:
        with messages:
            groups = [_pick_group(groups)]
    return _make_comparison(_version(groups[0]), groups[0]) if groups else None


def _draw_error(run: RunSummary, name: str, error: Exception) -> None:
    reason = (
        str(error) if isinstance(error, RunError) else f"Run {run.id} has no stored predictions."
    )
    st.error(
        f"**{escape_markdown(name)}** is left out. {escape_markdown(reason)}",
        icon=":material/broken_image:",
    )


def _pick_group(groups: list[list[ComparedRun]]) -> list[ComparedRun]:
    """Ask which runs to compare: only those with the same test images can be compared."""
    labels = [_group_label(group) for group in groups]
    st.warning(
        "These runs were tested on different images, so their results cannot be compared with each "
        "other. Choose which of them to compare.",
        icon=":material/warning:",
    )
    index = st.radio(
        "Compare",
        range(len(groups)),
        format_func=lambda index: escape_markdown(labels[index]),
        key=f"test set of {selection.get_selection().run_ids}",
    )
    return groups[index or 0]


def _group_label(group: list[ComparedRun]) -> str:
    report = group[0].report
    names = ", ".join(run.name for run in group)
    num_images = pluralize(group[0].predictions.labels.size, "test image")
    return f"{DATASET_TITLES[report.data]}, {num_images}: {names}"


def _file_versions(run: RunSummary) -> tuple[str, int, int]:
    """Return the run's folder and when its predictions and report changed; raises `OSError`."""
    files = (run.run.predictions_file, run.run.report_file)
    predictions, report = (file.stat().st_mtime_ns for file in files)
    return str(run.run.path), predictions, report


@st.cache_resource(max_entries=60, show_spinner=False)
def _load_predictions(_run: RunSummary, path: str, *versions: int) -> Predictions:  # noqa: ARG001
    return load_checked_predictions(_run)


def _version(runs: Sequence[ComparedRun]) -> tuple[object, ...]:
    return tuple((run.name, *_file_versions(run.summary)) for run in runs)


@st.cache_resource(max_entries=20, show_spinner=False)
def _make_comparison(version: tuple[object, ...], _runs: list[ComparedRun]) -> Comparison:  # noqa: ARG001
    return Comparison(runs=tuple(_runs))
