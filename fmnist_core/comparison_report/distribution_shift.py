"""Section: how far each run falls from its own test set to the real photographs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Paragraph, Table
from fmnist_core.comparison_report.formats import Format
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.data import real_photographs
from fmnist_core.evaluation.significance import accuracy_interval
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.photograph_comparison import PhotographComparison

OWN_TEST_SET = "Its own test set"
NOT_TESTED = "These runs have not been tested on the real photographs yet."
MIN_FALL = 0.005
"""Of the accuracy: less is no fall."""


@dataclass(frozen=True, kw_only=True)
class GarmentShift:
    """One run's accuracy on one garment, on its own test set and on the real photographs."""

    garment: str
    title: str
    on_test_set: float
    """By the same rule: a class that counts as right on the photographs does so here."""
    on_photographs: float

    @property
    def fall(self) -> float:
        return self.on_test_set - self.on_photographs


def report_shift(source: ReportSource) -> list[Block]:
    """Make the blocks for all runs, or say that they aren't tested on the photographs."""
    return shift_blocks(source.photographs) if source.photographs else [Paragraph(text=NOT_TESTED)]


def shift_blocks(comparison: PhotographComparison) -> list[Block]:
    """Make the sentence about each fall, the charts of all runs and of each class, the tables."""
    shifts = [measure_shift(comparison, index) for index in range(len(comparison.runs))]
    sentences = [_describe_fall(comparison, index, of_run) for index, of_run in enumerate(shifts)]
    return [
        Paragraph(text="  \n".join(sentences), kind="finding"),
        Columns(blocks=(_slope_chart(comparison), _garment_chart(comparison, shifts))),
        _run_table(comparison),
        _garment_table(comparison, shifts),
    ]


def measure_shift(comparison: PhotographComparison, index: int) -> list[GarmentShift]:
    """Compare a run's two accuracies for every garment that has a right class."""
    confusion = np.array(comparison.runs[index].report.confusion)
    is_right = comparison.predictions[index] == comparison.labels
    garments = np.array([photograph.garment for photograph in comparison.photographs])
    accepted = {photo.garment: list(photo.accepted) for photo in comparison.photographs}
    shifts = []
    for garment, title in real_photographs.GARMENT_PLURALS.items():
        if garment in accepted:
            rows = confusion[accepted[garment]]
            shifts.append(
                GarmentShift(
                    garment=garment,
                    title=title,
                    on_test_set=float(rows[:, accepted[garment]].sum() / max(rows.sum(), 1)),
                    on_photographs=float(is_right[garments == garment].mean()),
                )
            )
    return shifts


def _describe_fall(
    comparison: PhotographComparison, index: int, shifts: Sequence[GarmentShift]
) -> str:
    """Say in a sentence how far a run falls, and for which garment most."""
    run, accuracy = comparison.runs[index], float(comparison.accuracies[index])
    fall = run.report.test_accuracy - accuracy
    text = (
        f"**{escape_markdown(run.name)}**: {run.report.test_accuracy:.1%} on "
        f"{run.summary.data_title}, {accuracy:.1%} on real photographs"
    )
    if fall < MIN_FALL:
        return f"{text}: it doesn't fall."
    worst = max(shifts, key=lambda shift: shift.fall)
    return (
        f"{text}: it falls by {100 * fall:.0f} points, most for {worst.title.lower()} "
        f"({worst.on_test_set:.0%} to {worst.on_photographs:.0%})."
    )


def _slope_chart(comparison: PhotographComparison) -> Chart:
    rows = [
        {"run": run.name, "test set": title, "accuracy": value}
        for run, accuracy in zip(comparison.runs, comparison.accuracies, strict=True)
        for title, value in (
            (OWN_TEST_SET, run.report.test_accuracy),
            (real_photographs.TITLE, float(accuracy)),
        )
    ]
    return Chart(
        title="From its own test set to real photographs",
        spec=chart_spec(
            charts.slope_chart,
            places=(OWN_TEST_SET, real_photographs.TITLE),
            runs=comparison.names,
        ),
        rows={"points": rows},
        description="Accuracy of each run on its own test set and on the real photographs",
        hint="The steeper a line, the less of what a model has learned holds for photographs.",
        width=420,
    )


def _garment_chart(
    comparison: PhotographComparison, shifts: Sequence[Sequence[GarmentShift]]
) -> Chart:
    rows = [
        {
            "name": shift.title,
            "run": name,
            "before": shift.on_test_set,
            "after": shift.on_photographs,
        }
        for name, of_run in zip(comparison.names, shifts, strict=True)
        for shift in of_run
    ]
    return Chart(
        title="In which class",
        spec=chart_spec(
            charts.fall_chart,
            names=tuple(shift.title for shift in shifts[0]),
            runs=comparison.names,
        ),
        rows={"falls": rows},
        description="For each garment and run, the accuracy on its own test set and on photographs",
        hint="Each bar reaches from the accuracy on real photographs (dot) up to that on the "
        "model's own test set.",
    )


def _run_table(comparison: PhotographComparison) -> Table:
    columns: dict[str, Format] = {
        "Run": "text",
        "Own test set": "percent_1",
        "Photographs": "percent_1",
        "95% interval": "text",
        "Fall": "points",
        "Confidence": "percent_1",
        "Confidence, none of the ten": "percent_1",
    }
    rows = [
        {
            "Run": run.name,
            "Own test set": run.report.test_accuracy,
            "Photographs": float(accuracy),
            "95% interval": _interval_text(comparison, index),
            "Fall": float(accuracy) - run.report.test_accuracy,
            "Confidence": float(comparison.probabilities[index].max(axis=1).mean()),
            "Confidence, none of the ten": float(
                comparison.unknown_probabilities[index].max(axis=1).mean()
            ),
        }
        for index, (run, accuracy) in enumerate(
            zip(comparison.runs, comparison.accuracies, strict=True)
        )
    ]
    num_unknown = comparison.unknown_probabilities.shape[1]
    return Table(
        title="How far each model falls",
        columns=columns,
        rows=rows,
        hint=f"On the {len(comparison.labels)} photographs that show one of the ten classes. "
        f"Confidence is the mean probability of the predicted class; for the {num_unknown} hats, "
        "shorts and skirts, which are none of the ten, it should be lower.",
    )


def _interval_text(comparison: PhotographComparison, index: int) -> str:
    num_correct = int((comparison.predictions[index] == comparison.labels).sum())
    interval = accuracy_interval(num_correct, len(comparison.labels))
    return f"{100 * interval.low:.0f} – {100 * interval.high:.0f}"


def _garment_table(
    comparison: PhotographComparison, shifts: Sequence[Sequence[GarmentShift]]
) -> Table:
    counts = {photograph.garment: 0 for photograph in comparison.photographs}
    right: dict[str, str] = {}
    for photograph in comparison.photographs:
        counts[photograph.garment] += 1
        right[photograph.garment] = " or ".join(CLASSES[label] for label in photograph.accepted)
    columns: dict[str, Format] = {"Garment": "text", "Right is": "text", "Photographs": "count"}
    rows = []
    for position, shift in enumerate(shifts[0]):
        row: dict[str, object] = {
            "Garment": shift.title,
            "Right is": right[shift.garment],
            "Photographs": counts[shift.garment],
        }
        for name, of_run in zip(comparison.names, shifts, strict=True):
            row |= {
                f"{name}, test set": of_run[position].on_test_set,
                f"{name}, photographs": of_run[position].on_photographs,
            }
        rows.append(row)
    for name in comparison.names:
        columns |= {f"{name}, test set": "percent_1", f"{name}, photographs": "percent_1"}
    return Table(
        title="By garment",
        columns=columns,
        rows=rows,
        hint="The same rule on both sides: a coat that is taken for a pullover counts as right on "
        "the test set too. Shoes are mostly pairs seen from above, which no model has learned.",
    )
