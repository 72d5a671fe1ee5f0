"""Load the comparison on the real photographs; test runs in the background that are not tested."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.errors import RunError
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.jobs import photograph_tests
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison, photograph_accuracy
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving import photograph_predictions
from fmnist_core.ui import polling

POLL_SECONDS = 0.7
SHARE_OF_PREPROCESSING = 0.8
"""Of the bar, the first time: the photographs take longer than most models."""


def load_photograph_comparison(
    runs: Sequence[RunSummary], names: Sequence[str]
) -> PhotographComparison | None:
    """Compare those of the runs that are tested; `None` if none is.

    Test the others in the background, with a bar, and say which cannot be tested, and why.
    """
    messages = st.container()
    has_images = photograph_predictions.load_images() is not None
    tested: list[int] = []
    missing = []
    for index, (run, name) in enumerate(zip(runs, names, strict=True)):
        try:
            if has_images and photograph_predictions.load_predictions(run.run) is not None:
                tested.append(index)
            elif error := photograph_tests.error(run.run):
                raise RunError(error)
            else:
                photograph_tests.request(run.run)
                missing.append(run)
        except RunError as error:
            messages.error(
                f"**{escape_markdown(name)}** is left out. {escape_markdown(str(error))}",
                icon=":material/broken_image:",
            )
    with messages:
        if missing:
            poll = polling.poll(
                _draw_progress, every=POLL_SECONDS, watch=lambda: _watched_state(missing)
            )
            poll(missing)
    if not tested:
        return None
    return photograph_predictions.load_comparison(
        [runs[index] for index in tested], [names[index] for index in tested]
    )


def as_photograph_comparison(comparison: Comparison) -> PhotographComparison | None:
    """The same runs tested on the photographs, as `load_photograph_comparison` returns them."""
    if isinstance(comparison, PhotographComparison):
        return comparison
    return load_photograph_comparison(
        [run.summary for run in comparison.runs], list(comparison.names)
    )


def _watched_state(runs: Sequence[RunSummary]) -> int:
    return photograph_tests.num_pending([run.run for run in runs])


def _draw_progress(runs: Sequence[RunSummary]) -> None:
    """Draw one bar for preprocessing the photographs, the first time, and predicting them."""
    preprocessed = photograph_predictions.preprocessing_progress()
    text = f"Testing {pluralize(len(runs), 'run')} on the real photographs, once"
    if preprocessed < 1:
        text = "Preparing the real photographs, once"
    done = 1 - photograph_tests.num_pending([run.run for run in runs]) / len(runs)
    fraction = SHARE_OF_PREPROCESSING * preprocessed + (1 - SHARE_OF_PREPROCESSING) * done
    st.progress(min(fraction, 1.0), text=f"{text} …")


def known_accuracies(runs: Sequence[RunSummary]) -> dict[str, float]:
    """The accuracy on the photographs of those runs that are tested, by run id."""
    accuracies = {}
    for run in runs:
        try:
            probabilities = photograph_predictions.load_predictions(run.run)
        except RunError:
            continue
        if probabilities is not None:
            accuracies[run.id] = photograph_accuracy(probabilities)
    return accuracies
