"""Section: precision, recall, F1 and support of each class, by scikit-learn."""

from typing import Literal

import numpy as np

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts
from fmnist_core.comparison_report.blocks import Block, Chart, Table
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison

ClassMetric = Literal["F1", "Precision", "Recall"]
CLASS_METRICS: tuple[ClassMetric, ...] = ("F1", "Precision", "Recall")
METRIC_HINTS: dict[ClassMetric, str] = {
    "Precision": "When the model says shirt, how often is it one?",
    "Recall": "Of all shirts, how many does the model find?",
    "F1": "Precision and recall in one number: their harmonic mean, high only if both are.",
}


def report_per_class(source: ReportSource) -> list[Block]:
    """Make the chart of F1 and the table of every run."""
    comparison = source.comparison
    tables = [class_table(comparison, index) for index in range(len(comparison.runs))]
    return [class_chart(comparison, "F1"), *tables]


def class_chart(comparison: Comparison, metric: ClassMetric) -> Chart:
    """Make the chart of one metric of every class for all runs."""
    rows = [
        {"name": row["Class"], "run": name, "value": row[metric]}
        for name, predictions in zip(comparison.names, comparison.predictions, strict=True)
        for row in class_rows(comparison, predictions)
        if row["Class"] in CLASSES
    ]
    return Chart(
        title=f"{metric} by class",
        spec=chart_spec(charts.class_chart, title=metric, runs=comparison.names),
        rows={"classes": rows},
        description=f"{metric} of each class for each run",
        hint=f"{metric}: {METRIC_HINTS[metric]}",
    )


def class_table(comparison: Comparison, index: int) -> Table:
    """Make the classification report of the run at `index`."""
    return Table(
        title=f"{comparison.names[index]}, by class",
        columns={
            "Class": "text", "Precision": "percent_1", "Recall": "percent_1", "F1": "percent_1",
            "Support": "count",
        },
        rows=class_rows(comparison, comparison.predictions[index]),
        hint="Support: test images of the class. Macro avg: the mean over classes; weighted avg: "
        "over images.",
    )  # fmt: skip


def class_rows(comparison: Comparison, predictions: np.ndarray) -> list[dict[str, object]]:
    """Make a row for each class, then the macro and the weighted average, by scikit-learn.

    `predictions` are a run's, int [N]. The real photographs have not all of the ten classes.
    """
    from sklearn.metrics import precision_recall_fscore_support

    labels, classes = comparison.labels, list(range(NUM_CLASSES))
    if isinstance(comparison, PhotographComparison):
        classes = [int(label) for label in np.unique(labels)]
    averages: list[str | None] = [None, "macro", "weighted"]
    rows: list[dict[str, object]] = []
    for average in averages:
        metrics = precision_recall_fscore_support(
            labels, predictions, labels=classes, average=average, zero_division=0
        )
        precision, recall, f1, support = (np.atleast_1d(metric) for metric in metrics)
        names = (
            [CLASSES[label] for label in classes]
            if average is None
            else [f"{average.capitalize()} avg"]
        )
        for index, name in enumerate(names):
            rows.append(
                {
                    "Class": name,
                    "Precision": float(precision[index]),
                    "Recall": float(recall[index]),
                    "F1": float(f1[index]),
                    "Support": int(support[index]) if average is None else len(labels),
                }
            )
    return rows
