"""Is it real? Two models on the same images, and what chance would have done."""

from fmnist_core.compare_page import charts, pair_picker, render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Paragraph, Table
from fmnist_core.compare_page.pair_picker import Pair
from fmnist_core.evaluation.significance import LEVEL, PairedTest, accuracy_interval, mcnemar_test
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui.live_chart import spec

NEITHER = "#808590"


def show(contest: Comparison) -> None:
    """Ask for the pair, and answer."""
    render.show(blocks(contest, pair_picker.choose(contest)), key="reality")


def report(contest: Comparison) -> list[Block]:
    """For the first two."""
    return blocks(contest, (0, 1))


def duel_of(contest: Comparison, pair: Pair) -> PairedTest:
    """Two entrants on the same images."""
    first, second = pair
    return mcnemar_test(contest.labels, contest.predictions[first], contest.predictions[second])


def blocks(contest: Comparison, pair: Pair) -> list[Block]:
    """The answer in a sentence, the images it rests on, and all pairs."""
    found = duel_of(contest, pair)
    shown: list[Block] = [
        Paragraph(text=verdict(contest, pair, found), kind="finding"),
        Paragraph(text=evidence(contest, pair, found)),
        Columns(blocks=(_intervals(contest), _counts(contest, pair, found))),
    ]
    if len(contest.runs) > 2:
        shown.append(_all_pairs(contest))
    return shown


def verdict(contest: Comparison, pair: Pair, found: PairedTest) -> str:
    """Which is better, and whether chance would do that."""
    first, second = (escape_markdown(contest.names[place]) for place in pair)
    if found.only_first == found.only_second:
        return f"**{first}** and **{second}** have equally many right: there is no difference."
    better, worse = (first, second) if found.difference > 0 else (second, first)
    points = f"{100 * abs(found.difference):.2f} points"
    if found.real:
        return f"**{better}** is really better than **{worse}**, by {points}."
    return (
        f"**{better}** is {points} ahead of **{worse}**, but that **may well be chance**: "
        "do not call it better on this evidence."
    )


def evidence(contest: Comparison, pair: Pair, found: PairedTest) -> str:
    """The numbers behind the verdict, in sentences."""
    first, second = (escape_markdown(contest.names[place]) for place in pair)
    if not found.num_differing:
        return f"They give the same answer to each of the {found.num_images:,} test images."
    neither = found.num_differing - found.only_first - found.only_second
    low, high = (100 * end for end in (found.interval.low, found.interval.high))
    p_value = _p_words(found.p_value, name="p")
    return (
        f"Of {found.num_images:,} test images they answer {found.num_differing:,} differently: "
        f"only **{first}** is right on {found.only_first:,}, only **{second}** on "
        f"{found.only_second:,}, neither on {neither:,}. If both were equally good, a division at "
        f"least as uneven as {found.only_first:,} to {found.only_second:,} would come about "
        f"{_chance_words(found.p_value)} (exact McNemar test, {p_value}). "
        f"With other test images of the kind, {first} minus {second} would lie between "
        f"{low:+.2f} and {high:+.2f} points ({LEVEL:.0%} interval, paired bootstrap). "
        "What another seed would change is not in these numbers: train both with several."
    )


def _chance_words(p_value: float) -> str:
    if p_value < 1e-6:
        return "less than once in a million times"
    if p_value < 0.01:
        return f"about once in {1 / p_value:,.0f} times"
    return f"in {p_value:.0%} of cases"


def _p_words(p_value: float, *, name: str = "") -> str:
    if p_value < 1e-6:
        return f"{name} < 0.000001".strip()
    return f"{name} = {p_value:.2g}" if name else f"{p_value:.2g}"


def _intervals(contest: Comparison) -> Chart:
    rows = []
    for place, name in enumerate(contest.names):
        right = int((contest.predictions[place] == contest.labels).sum())
        interval = accuracy_interval(right, len(contest.labels))
        rows.append(
            {
                "run": name,
                "accuracy": right / len(contest.labels),
                "low": interval.low,
                "high": interval.high,
            }
        )
    return Chart(
        title="Test accuracy",
        spec=spec(charts.intervals_chart, runs=contest.names),
        rows={"runs": rows},
        says="Test accuracy of each run with its interval",
        hint="Each with its 95% interval (Wilson). Intervals that overlap settle nothing: both "
        "have seen the same images, which the test above makes use of.",
    )


def _counts(contest: Comparison, pair: Pair, found: PairedTest) -> Chart:
    first, second = (contest.names[place] for place in pair)
    kinds = (f"only {first} right", f"only {second} right", "both wrong")
    counts = (found.only_first, found.only_second, found.both_wrong)
    return Chart(
        title="Who is right",
        spec=spec(charts.counts_chart, kinds=kinds, colours=(*charts.colours_of(pair), NEITHER)),
        rows={
            "kinds": [
                {"kind": kind, "count": count} for kind, count in zip(kinds, counts, strict=True)
            ]
        },
        says="How many test images only one of the two has right, and how many neither",
        hint=f"Both have the other {pluralize(found.both_right, 'image')} right.",
    )


def _all_pairs(contest: Comparison) -> Table:
    rows = []
    for first, second in contest.pairs():
        found = duel_of(contest, (first, second))
        rows.append(
            {
                "First": contest.names[first],
                "Second": contest.names[second],
                "Difference": found.difference,
                "From": found.interval.low,
                "To": found.interval.high,
                "Only first right": found.only_first,
                "Only second right": found.only_second,
                "p": _p_words(found.p_value),
                "Real": "yes" if found.real else "may be chance",
            }
        )
    return Table(
        title="Every pair",
        columns={
            "First": "text", "Second": "text", "Difference": "points", "From": "points",
            "To": "points", "Only first right": "count", "Only second right": "count", "p": "text",
            "Real": "text",
        },
        rows=rows,
        hint="Differences in points of accuracy, first minus second, with their 95% interval. Who "
        f"looks at {len(rows)} pairs finds one in twenty 'real' by chance alone.",
    )  # fmt: skip
