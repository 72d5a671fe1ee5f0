"""Per class: precision, recall, F1 and support, by scikit-learn."""

from typing import Literal

import numpy as np
import streamlit as st

from fmnist_core.compare_page import charts, render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Table
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui.live_chart import spec

Figure = Literal["F1", "Precision", "Recall"]
FIGURES: tuple[Figure, ...] = ("F1", "Precision", "Recall")
MEANINGS: dict[Figure, str] = {
    "Precision": "of what it called so, the share that is so",
    "Recall": "of what is so, the share that it called so",
    "F1": "the harmonic mean of precision and recall",
}


def show(contest: Comparison) -> None:
    """Ask for figure and run."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        figure: Figure = st.segmented_control(
            "Chart shows", FIGURES, default=FIGURES[0], required=True, key="class figure",
            persist_state="session",
        )  # fmt: skip
        place = st.selectbox(
            "Table of",
            range(len(contest.names)),
            format_func=contest.names.__getitem__,
            key=f"class table of {contest.names}",
        )
    shown = Columns(blocks=(chart(contest, figure), table(contest, place)))
    render.show([shown], key=f"classes {figure}")


def report(contest: Comparison) -> list[Block]:
    """F1 of all, and every run's table."""
    tables = [table(contest, place) for place in range(len(contest.names))]
    return [chart(contest, "F1"), *tables]


def chart(contest: Comparison, figure: Figure) -> Chart:
    """One figure of every class across the runs."""
    rows = [
        {"name": row["Class"], "run": name, "value": row[figure]}
        for place, name in enumerate(contest.names)
        for row in class_rows(contest.labels, contest.predictions[place])[:NUM_CLASSES]
    ]
    return Chart(
        title=f"{figure} by class",
        spec=spec(charts.classes_chart, title=figure, runs=contest.names),
        rows={"classes": rows},
        says=f"{figure} of each class for each run",
        hint=f"{figure}: {MEANINGS[figure]}.",
    )


def table(contest: Comparison, place: int) -> Table:
    """One run's classification report."""
    return Table(
        title=f"{contest.names[place]}, by class",
        columns={
            "Class": "text", "Precision": "share", "Recall": "share", "F1": "share",
            "Support": "count",
        },
        rows=class_rows(contest.labels, contest.predictions[place]),
        hint="Support: test images of the class. Macro: the mean over classes; weighted: over "
        "images.",
    )  # fmt: skip


def class_rows(labels: np.ndarray, answers: np.ndarray) -> list[dict[str, object]]:
    """A row for each class, then macro and weighted means, by scikit-learn."""
    from sklearn.metrics import precision_recall_fscore_support

    kinds: list[str | None] = [None, "macro", "weighted"]
    rows: list[dict[str, object]] = []
    for kind in kinds:
        figures = precision_recall_fscore_support(
            labels, answers, labels=range(NUM_CLASSES), average=kind, zero_division=0
        )
        precision, recall, f1, support = (np.atleast_1d(figure) for figure in figures)
        names = CLASSES if kind is None else (f"{kind} mean",)
        for place, name in enumerate(names):
            rows.append(
                {
                    "Class": name,
                    "Precision": float(precision[place]),
                    "Recall": float(recall[place]),
                    "F1": float(f1[place]),
                    "Support": int(support[place]) if kind is None else len(labels),
                }
            )
    return rows
