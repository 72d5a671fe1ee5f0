"""The end of a run: what it can do in a sentence, and where to go with it."""

import numpy as np
import numpy.typing as npt
import streamlit as st

from fmnist_core.charts.confusion_matrix import only_prediction
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES, PLURALS
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import run_picker
from fmnist_core.ui import link_card

GUESSING = 0.15
"""Accuracy up to which a model is no better than guessing among ten classes."""


def draw_result(run: RunSummary) -> None:
    """Draw the sentence and the three ways on; nothing for a run that is not finished."""
    if run.report is None:
        return
    with st.container(key="result"):
        st.markdown(result_text(run.report.test_accuracy, run.report.confusion))
    with st.container(key="ways-on", horizontal=True, gap="small"):
        link_card.draw_link_card(
            "pages/predict.py",
            key="try",
            title="Try it on a drawing",
            text="Draw something to wear, and see what this model thinks it is.",
            icon=":material/draw:",
            query_params={"models": run.id},
        )
        others = run_picker.overlaid_ids(run)
        link_card.draw_link_card(
            "pages/compare.py",
            key="compare",
            title="Compare",
            text="Beside the runs in these charts."
            if others
            else "Beside the most similar example.",
            icon=":material/compare_arrows:",
            query_params={"runs": ",".join([run.id, *others])},
        )
        link_card.draw_link_card(
            "pages/explain.py",
            key="explain",
            title="See what it looked at",
            text="A heatmap of the pixels that mattered.",
            icon=":material/visibility:",
            query_params={"models": run.id},
        )


def result_text(accuracy: float, confusion: npt.ArrayLike) -> str:
    """`It gets 89 of 100 right; it mixes up shirts and T-shirts most.`

    `confusion` holds counts [10, 10] as [true class, predicted class].
    """
    if (only := only_prediction(confusion)) is not None:
        return f"It answers {CLASSES[only]} to everything."
    if accuracy <= GUESSING:
        return f"It gets {accuracy:.0%} right, no better than guessing among ten classes."
    share = f"{100 * accuracy:.0f} of 100"  # 86 and 89 of 100 differ; both are 9 of 10
    pair = most_confused_pair(confusion)
    if pair is None:
        return f"It gets {share} right."
    return f"It gets {share} right; it mixes up {PLURALS[pair[0]]} and {PLURALS[pair[1]]} most."


def most_confused_pair(confusion: npt.ArrayLike) -> tuple[int, int] | None:
    """The two classes that are most often taken for each other, the more often mistaken first."""
    counts = np.asarray(confusion)
    both_ways = np.triu(counts + counts.T, k=1)
    pairs = metrics.most_frequent_confusions(both_ways, limit=1)
    if not pairs:
        return None
    (pair,) = pairs
    is_first = counts[pair.label, pair.predicted] >= counts[pair.predicted, pair.label]
    return (pair.label, pair.predicted) if is_first else (pair.predicted, pair.label)
