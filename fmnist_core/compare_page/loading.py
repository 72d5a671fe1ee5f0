"""From picked runs to a contest: stored answers are loaded once for all browsers."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.compare_page import selection
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.comparison import ComparedRun, Comparison, group_by_test_set, load_predictions
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.summary import RunSummary


def enter(picked: Sequence[RunSummary]) -> Comparison | None:
    """Those that can be compared with each other; says which cannot, and why."""
    if not picked:
        st.info("Tick two to six runs in the table to compare them.", icon=":material/compare:")
        return None
    place = st.container()
    entrants = []
    names = summary.unique_names(list(picked))
    for row, name in zip(picked, names, strict=True):
        try:
            found = _answers(row, *_version(row))
            entrants.append(ComparedRun(summary=row, name=name, predictions=found))
        except (RunError, OSError) as error:
            with place:
                _damaged(row, name, error)
    groups = group_by_test_set(entrants)
    if len(groups) > 1:
        with place:
            groups = [_one_of(groups)]
    return _contest(_key(groups[0]), groups[0]) if groups else None


def _damaged(row: RunSummary, name: str, error: Exception) -> None:
    reason = str(error) if isinstance(error, RunError) else f"Run {row.id} has no stored answers."
    st.error(f"**{escape_markdown(name)}** is left out. {escape_markdown(reason)}", icon=":material/broken_image:")


def _one_of(groups: list[list[ComparedRun]]) -> list[ComparedRun]:
    """Ask which are compared: what was tested on other images is not."""
    labels = [_group_words(group) for group in groups]
    st.warning(
        "These runs were tested on different images, so their figures do not compare. Only those "
        "that were tested on the same images are set against each other.",
        icon=":material/warning:",
    )
    chosen = st.radio(
        "Compared below",
        range(len(groups)),
        format_func=lambda place: escape_markdown(labels[place]),
        key=f"test set of {st.session_state[selection.PICKED]}",
    )
    return groups[chosen or 0]


def _group_words(group: list[ComparedRun]) -> str:
    report = group[0].report
    names = ", ".join(entrant.name for entrant in group)
    title = DATASET_TITLES[report.data]
    return f"{title}, {pluralize(group[0].predictions.labels.size, 'test image')}: {names}"


def _version(row: RunSummary) -> tuple[str, int, int]:
    """The run's folder, and when what it holds was changed; raises `OSError`."""
    files = (row.run.predictions_file, row.run.report_file)
    predictions, report = (file.stat().st_mtime_ns for file in files)
    return str(row.run.path), predictions, report


@st.cache_resource(max_entries=60, show_spinner=False)
def _answers(_row: RunSummary, path: str, *changed: int) -> Predictions:  # noqa: ARG001
    return load_predictions(_row)


def _key(entrants: Sequence[ComparedRun]) -> tuple[object, ...]:
    return tuple((entrant.name, *_version(entrant.summary)) for entrant in entrants)


@st.cache_resource(max_entries=20, show_spinner=False)
def _contest(key: tuple[object, ...], _entrants: list[ComparedRun]) -> Comparison:  # noqa: ARG001
    return Comparison(runs=tuple(_entrants))
