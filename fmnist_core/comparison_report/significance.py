"""Section: is the difference between two runs significant?"""

from collections.abc import Mapping

from fmnist_core.charts.palette import GRAY
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.comparison_report import charts
from fmnist_core.comparison_report.blocks import Block, Chart, Columns, Details, Paragraph, Table
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation.significance import (
    CONFIDENCE_LEVEL,
    Pair,
    PairedTest,
    accuracy_interval,
    compare_all_pairs,
)
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison


def report_significance(source: ReportSource) -> list[Block]:
    """Make the blocks for the first two runs, and the table of all pairs."""
    return significance_blocks(source.comparison, (0, 1))


def significance_blocks(comparison: Comparison, pair: Pair) -> list[Block]:
    """Make the verdict on a pair, the images it is based on, and the table of all pairs."""
    tests = run_tests(comparison)
    pair, test = _better_first(tests, pair)
    text = evidence(comparison, pair, test, num_tests=len(tests))
    blocks: list[Block] = [
        Paragraph(text=verdict(comparison, pair, test), kind="finding"),
        Columns(blocks=(_intervals(comparison), _counts(comparison, pair, test))),
        Details(title="How was this tested?", blocks=(Paragraph(text=text),)),
    ]
    if len(tests) > 1:
        blocks.append(_all_pairs(comparison, tests))
    return blocks


def run_tests(comparison: Comparison) -> Mapping[Pair, PairedTest]:
    """Test every pair of runs; the p-values are adjusted for the number of pairs."""
    return compare_all_pairs(comparison.labels, comparison.predictions)


def _better_first(tests: Mapping[Pair, PairedTest], pair: Pair) -> tuple[Pair, PairedTest]:
    """Order a pair so that the difference of its accuracies is not negative."""
    test = tests[pair] if pair in tests else tests[pair[::-1]].swapped()
    return (pair[::-1], test.swapped()) if test.difference < 0 else (pair, test)


def verdict(comparison: Comparison, pair: Pair, test: PairedTest) -> str:
    """Say which run is better, and whether the difference is significant."""
    first, second = (escape_markdown(comparison.names[index]) for index in pair)
    if test.only_first == test.only_second:
        return f"**{first}** and **{second}** classify the same number of images correctly."
    better, worse = (first, second) if test.difference > 0 else (second, first)
    points = f"{100 * abs(test.difference):.2f} percentage points"
    if test.significant:
        return (
            f"**{better}** is better than **{worse}** by {points}, and that is unlikely to be luck."
        )
    return f"**{better}** is {points} ahead of **{worse}**, but that's **too close to call**."


def evidence(comparison: Comparison, pair: Pair, test: PairedTest, *, num_tests: int) -> str:
    """State the numbers behind the verdict, adjusted for `num_tests` tests, in sentences."""
    first, second = (escape_markdown(comparison.names[index]) for index in pair)
    if not test.num_differing:
        return f"They predict the same class for each of the {test.num_images:,} test images."
    neither = test.num_differing - test.only_first - test.only_second
    low, high = (100 * end for end in (test.interval.low, test.interval.high))
    p_value = f"exact McNemar test, {_p_text(test.p_value, name='p')}"
    if num_tests > 1:
        adjusted = _p_text(test.adjusted_p_value, name="p")
        p_value += f"; adjusted for {num_tests} comparisons, {adjusted}"
    return (
        f"They predict different classes for {test.num_differing:,} of {test.num_images:,} test "
        f"images: only **{first}** is right on {test.only_first:,}, only **{second}** on "
        f"{test.only_second:,}, neither on {neither:,}. If both were equally accurate, a split at "
        f"least this lopsided ({test.only_first:,} to {test.only_second:,}) would happen by chance "
        f"{_chance_text(test.p_value)} ({p_value}). On other test sets of this kind, {first} minus "
        f"{second} would lie between {low:+.2f} and {high:+.2f} percentage points "
        f"({CONFIDENCE_LEVEL:.0%} interval, paired bootstrap). Training again with another random "
        "seed could change this a little: repeat both a few times to be sure."
    )


def _chance_text(p_value: float) -> str:
    if p_value < 1e-6:
        return "less than once in a million"
    if p_value < 0.01:
        return f"about 1 time in {1 / p_value:,.0f}"
    return f"{p_value:.0%} of the time"


def _p_text(p_value: float, *, name: str = "") -> str:
    if p_value < 1e-6:
        return f"{name} < 0.000001".strip()
    return f"{name} = {p_value:.2g}" if name else f"{p_value:.2g}"


def _intervals(comparison: Comparison) -> Chart:
    rows = []
    for name, predictions in zip(comparison.names, comparison.predictions, strict=True):
        num_correct = int((predictions == comparison.labels).sum())
        interval = accuracy_interval(num_correct, len(comparison.labels))
        rows.append(
            {
                "run": name,
                "accuracy": num_correct / len(comparison.labels),
                "low": interval.low,
                "high": interval.high,
            }
        )
    return Chart(
        title="Test accuracy",
        spec=chart_spec(charts.interval_chart, runs=comparison.names),
        rows={"runs": rows},
        description="Test accuracy of each run with its confidence interval",
        hint='With 95% intervals (Wilson). Overlapping intervals don\'t mean "equal": the '
        "verdict above compares the two image by image, which is more sensitive.",
    )


def _counts(comparison: Comparison, pair: Pair, test: PairedTest) -> Chart:
    first, second = (comparison.names[index] for index in pair)
    kinds = (f"only {first} is right", f"only {second} is right", "both are wrong")
    counts = (test.only_first, test.only_second, test.both_wrong)
    colors = (*charts.run_colors(pair), GRAY)
    return Chart(
        title="Which of the two is right",
        spec=chart_spec(charts.count_chart, kinds=kinds, colors=colors),
        rows={
            "kinds": [
                {"kind": kind, "count": count} for kind, count in zip(kinds, counts, strict=True)
            ]
        },
        description="Number of test images that only one of the two runs, or neither, gets right",
        hint=f"Both are right on the other {pluralize(test.both_correct, 'image')}.",
    )


def _all_pairs(comparison: Comparison, tests: Mapping[Pair, PairedTest]) -> Table:
    rows = [
        {
            "First": comparison.names[first],
            "Second": comparison.names[second],
            "Significant": "yes" if test.significant else "too close to call",
            "Difference": test.difference,
            "From": test.interval.low,
            "To": test.interval.high,
            "Only first right": test.only_first,
            "Only second right": test.only_second,
            "p": _p_text(test.p_value),
            "Adjusted p": _p_text(test.adjusted_p_value),
        }
        for (first, second), test in (_better_first(tests, pair) for pair in tests)
    ]
    return Table(
        title="All pairs",
        columns={
            "First": "text", "Second": "text", "Significant": "text", "Difference": "points",
            "From": "points", "To": "points", "Only first right": "count",
            "Only second right": "count", "p": "text", "Adjusted p": "text",
        },
        rows=rows,
        hint="The first of each pair is ahead. Differences are in percentage points of accuracy, "
        f"with their 95% interval. The p-values are adjusted for {len(tests)} comparisons (Holm "
        "1979), so the chance of even one false alarm among them is at most 5%.",
    )  # fmt: skip
