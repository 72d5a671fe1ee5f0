"""Calibration: does a model know what it does not know?"""

from fmnist_core.compare_page import charts, render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Paragraph, Table
from fmnist_core.evaluation.calibration import NUM_BINS, Calibration, calibrate
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui.live_chart import spec


def show(contest: Comparison) -> None:
    """Everything; there is nothing to ask for."""
    render.show(report(contest), key="calibration")


def report(contest: Comparison) -> list[Block]:
    """The diagram, the histogram, and the error in one figure."""
    found = [calibrate(each, contest.labels) for each in contest.probabilities]
    return [
        Paragraph(text=worst_words(contest, found), kind="finding"),
        Columns(blocks=(_reliability(contest, found), _confidence(contest, found))),
        _table(contest, found),
    ]


def worst_words(contest: Comparison, found: list[Calibration]) -> str:
    """Which run's confidence is furthest from how often it is right, and in which direction."""
    place = max(range(len(found)), key=lambda place: found[place].expected_error)
    worst, accuracy = found[place], float(contest.accuracies[place])
    confidence = float(contest.probabilities[place].max(axis=1).mean())
    way = "surer than it should be" if confidence > accuracy else "less sure than it could be"
    furthest = "" if len(found) == 1 else "is furthest off: it "
    return (
        f"**{escape_markdown(contest.names[place])}** {furthest}is {way}. On average it is "
        f"{confidence:.1%} sure and {accuracy:.1%} right; its expected calibration error is "
        f"{100 * worst.expected_error:.1f} points."
    )


def _reliability(contest: Comparison, found: list[Calibration]) -> Chart:
    rows = [
        {
            "run": name,
            "confidence": float(each.confidence[place]),
            "accuracy": float(each.accuracy[place]),
            "count": int(each.counts[place]),
        }
        for name, each in zip(contest.names, found, strict=True)
        for place in range(NUM_BINS)
        if each.counts[place]
    ]
    ideal = [{"confidence": 0, "accuracy": 0}, {"confidence": 1, "accuracy": 1}]
    return Chart(
        title="Reliability",
        spec=spec(charts.reliability_chart, runs=contest.names),
        rows={"bins": rows, "ideal": ideal},
        says="How often each run is right against how sure it is",
        hint="On the dashed line a model is right as often as it is sure; below it, it is too "
        "sure. Small dots stand for few images.",
    )


def _confidence(contest: Comparison, found: list[Calibration]) -> Chart:
    rows = []
    for name, each in zip(contest.names, found, strict=True):
        shares = each.counts / each.counts.sum()
        for place in range(NUM_BINS):
            low, high = each.edges[place : place + 2]
            rows.append(
                {
                    "run": name,
                    "low": float(low),
                    "high": float(high),
                    "share": float(shares[place]),
                    "count": int(each.counts[place]),
                }
            )
        # The last step needs an end.
        rows.append({**rows[-1], "low": 1.0})
    return Chart(
        title="How sure they are",
        spec=spec(charts.confidence_chart, runs=contest.names),
        rows={"bins": rows},
        says="Share of the test images by the confidence of the answer",
        hint="The probability of the answer, whether right or wrong.",
    )


def _table(contest: Comparison, found: list[Calibration]) -> Table:
    rows = [
        {
            "Run": name,
            "Mean confidence": float(contest.probabilities[place].max(axis=1).mean()),
            "Accuracy": float(contest.accuracies[place]),
            "Expected calibration error": each.expected_error,
        }
        for place, (name, each) in enumerate(zip(contest.names, found, strict=True))
    ]
    return Table(
        title="Calibration in one figure",
        columns={
            "Run": "text",
            "Mean confidence": "percent",
            "Accuracy": "percent",
            "Expected calibration error": "percent",
        },
        rows=rows,
        hint=f"Over {NUM_BINS} bins of equal width from 0 to 1: the mean gap between confidence "
        "and accuracy, weighted by images (Guo et al. 2017).",
    )
