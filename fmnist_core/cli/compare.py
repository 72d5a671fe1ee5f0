"""`compare`: which of several finished runs is better, and whether the difference is real."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmnist_core import atomic, paths
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title, table
from fmnist_core.errors import RunError
from fmnist_core.runs import store, summary

if TYPE_CHECKING:
    from fmnist_core.runs.comparison import Comparison

COLUMNS = ("Run", "Accuracy", "95% interval", "Test loss", "Macro F1", "Worst class", "Parameters")


def compare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("compared", nargs="+", metavar="RUN", help="2 to 6 finished runs")
    shared_arguments.add_runs_folder(parser)
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the whole comparison as one page"
    )


def compare(arguments: Namespace) -> CommandResult:
    """Compare the stored answers; raises `RunError` or `OSError`."""
    contest = _contest(arguments)

    from fmnist_core.compare_page import formats, html_report, significance

    board = html_report.board_table(contest)
    rows = [
        [formats.said(row[name], board.columns[name]) for name in COLUMNS] for row in board.rows
    ]
    lines = [f"On {data_title(contest.data)}, {len(contest.labels):,} test images:"]
    lines += table(rows, header=[name.upper() for name in COLUMNS])
    pairs = []
    for pair in contest.pairs():
        found = significance.duel_of(contest, pair)
        said = (
            significance.verdict(contest, pair, found),
            significance.evidence(contest, pair, found),
        )
        lines += ["", *map(html_report.plain_text, said)]
        first, second = (contest.runs[place].summary.id for place in pair)
        pairs.append({"first": first, "second": second, **asdict(found)})
    if arguments.html:
        atomic.write_bytes(arguments.html, html_report.html(contest).encode())
        lines += ["", f"{arguments.html}: the whole comparison as one page."]
    facts: dict[str, Any] = {"data": contest.data, "runs": list(board.rows), "pairs": pairs}
    return CommandResult(facts=facts, lines=lines)


def _contest(arguments: Namespace) -> "Comparison":
    """The named runs, all tested on the same images; raises `RunError`."""
    from fmnist_core.runs import comparison

    if not 2 <= len(set(arguments.compared)) == len(arguments.compared) <= comparison.MAX_COMPARED:
        raise RunError(f"Name 2 to {comparison.MAX_COMPARED} different runs to compare.")
    folders = (shared_arguments.runs_folder(arguments), paths.checkpoints_folder())
    rows = [summary.summarize(store.get_run(run_id, *folders)) for run_id in arguments.compared]
    groups = comparison.group_by_test_set(comparison.load_runs(rows))
    if len(groups) > 1:
        told = "; ".join(", ".join(each.name for each in group) for group in groups)
        raise RunError(f"These runs were tested on different images and do not compare: {told}.")
    return comparison.Comparison(runs=tuple(groups[0]))


COMMANDS = (
    Command(
        words="compare",
        help="say which of several finished runs is better, and whether that is real",
        run=compare,
        arguments=compare_arguments,
    ),
)
