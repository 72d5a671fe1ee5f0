"""Section: calibration, whether the runs' confidence matches their accuracy."""

from collections.abc import Sequence

from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Paragraph, Table
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation.calibration import NUM_BINS, Calibration, measure_calibration
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.recipe import Recipe


def report_calibration(source: ReportSource) -> list[Block]:
    return calibration_blocks(source.comparison)


def calibration_blocks(comparison: Comparison) -> list[Block]:
    """Make the verdict, the reliability diagram, the histogram of confidence and the errors."""
    calibrations = [
        measure_calibration(probabilities.max(axis=1), predictions == comparison.labels)
        for probabilities, predictions in zip(
            comparison.probabilities, comparison.predictions, strict=True
        )
    ]
    return [
        Paragraph(text=_verdict(comparison, calibrations), kind="finding"),
        Columns(
            blocks=(
                _reliability(comparison, calibrations),
                _confidence_histogram(comparison, calibrations),
            )
        ),
        _error_table(comparison, calibrations),
    ]


def _verdict(comparison: Comparison, calibrations: Sequence[Calibration]) -> str:
    """Name the run with the largest calibration error, and say in which direction it errs."""
    worst = max(range(len(calibrations)), key=lambda index: calibrations[index].expected_error)
    accuracy = float(comparison.accuracies[worst])
    confidence = float(comparison.probabilities[worst].max(axis=1).mean())
    tendency = "overconfident" if confidence > accuracy else "underconfident"
    name = f"**{escape_markdown(comparison.names[worst])}**"
    subject = f"{name} is" if len(calibrations) == 1 else f"{name} is furthest off: it is"
    return (
        f"{subject} {tendency}. On average it claims {confidence:.1%} and gets {accuracy:.1%} "
        f"right.{_reason(comparison.runs[worst].recipe, is_overconfident=confidence > accuracy)}"
    )


def _reason(recipe: Recipe, *, is_overconfident: bool) -> str:
    """Say why a run is miscalibrated, where its recipe tells."""
    if is_overconfident or not recipe.label_smoothing:
        return ""
    target = 1 - recipe.label_smoothing * (1 - 1 / NUM_CLASSES)
    return (
        f" That comes from its training: with label smoothing {recipe.label_smoothing:g}, it "
        f"learns to be {target:.0%} sure of the right answer, not 100%."
    )


def _reliability(comparison: Comparison, calibrations: Sequence[Calibration]) -> Chart:
    rows = [
        {
            "run": name,
            "confidence": float(calibration.confidence[index]),
            "accuracy": float(calibration.accuracy[index]),
            "count": int(calibration.counts[index]),
        }
        for name, calibration in zip(comparison.names, calibrations, strict=True)
        for index in range(NUM_BINS)
        if calibration.counts[index]
    ]
    ideal = [{"confidence": 0, "accuracy": 0}, {"confidence": 1, "accuracy": 1}]
    return Chart(
        title="Reliability diagram",
        spec=chart_spec(charts.reliability_chart, runs=comparison.names),
        rows={"bins": rows, "ideal": ideal},
        description="Accuracy of each run by confidence",
        hint="On the dashed line, confidence matches accuracy; below it, a model is overconfident. "
        "Small dots stand for few images.",
    )


def _confidence_histogram(comparison: Comparison, calibrations: Sequence[Calibration]) -> Chart:
    rows = []
    for name, calibration in zip(comparison.names, calibrations, strict=True):
        fractions = calibration.counts / calibration.counts.sum()
        for index in range(NUM_BINS):
            low, high = calibration.edges[index : index + 2]
            rows.append(
                {
                    "run": name,
                    "low": float(low),
                    "high": float(high),
                    "fraction": float(fractions[index]),
                    "count": int(calibration.counts[index]),
                }
            )
        # The last step needs an end.
        rows.append({**rows[-1], "low": 1.0})
    return Chart(
        title="Confidence",
        spec=chart_spec(charts.confidence_chart, runs=comparison.names),
        rows={"bins": rows},
        description="Fraction of the test images by the confidence of the prediction",
        hint="The probability of the predicted class, whether right or wrong.",
    )


def _error_table(comparison: Comparison, calibrations: Sequence[Calibration]) -> Table:
    rows = [
        {
            "Run": name,
            "Mean confidence": float(probabilities.max(axis=1).mean()),
            "Accuracy": float(accuracy),
            "Expected calibration error": calibration.expected_error,
        }
        for name, probabilities, accuracy, calibration in zip(
            comparison.names,
            comparison.probabilities,
            comparison.accuracies,
            calibrations,
            strict=True,
        )
    ]
    return Table(
        title="Expected calibration error",
        columns={
            "Run": "text",
            "Mean confidence": "percent",
            "Accuracy": "percent",
            "Expected calibration error": "percent",
        },
        rows=rows,
        hint="The mean gap between confidence and accuracy, weighted by images, over "
        f"{NUM_BINS} bins of equal width from 0 to 1 (Guo et al. 2017).",
    )
