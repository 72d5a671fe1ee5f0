"""`compare`: which of several finished runs is better, and is the difference significant?"""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmnist_core import atomic, paths
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, data_title, format_table
from fmnist_core.errors import RunError
from fmnist_core.runs import store, summary

if TYPE_CHECKING:
    from fmnist_core.evaluation.significance import PairedTest
    from fmnist_core.runs.comparison import Comparison

COLUMNS = ("Run", "Accuracy", "95% interval", "Test loss", "Macro F1", "Worst class", "Parameters")
PHOTOGRAPH_COLUMNS = ("Run", "Real photographs", "Accuracy", "Parameters")


def compare_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("compared", nargs="+", metavar="RUN", help="2 to 6 finished runs")
    shared_arguments.add_runs_folder(parser)
    parser.add_argument(
        "--tested",
        choices=["own", "photographs"],
        default="own",
        help="on their own test images (default) or on the real photographs that ship with the lab",
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the whole comparison as one page"
    )


def compare(arguments: Namespace) -> CommandResult:
    """Compare stored predictions; raises `LabError` or `OSError`.

    Runs that have not seen the real photographs are tested on them first, if asked for.
    """
    comparison = _load_comparison(arguments)
    if arguments.tested == "photographs":
        comparison = _test_on_photographs(comparison)

    from fmnist_core.comparison_report import html_report, significance
    from fmnist_core.comparison_report.formats import format_value
    from fmnist_core.comparison_report.leaderboard_rows import leaderboard_table
    from fmnist_core.serving import photograph_predictions

    leaderboard = leaderboard_table(comparison)
    columns = PHOTOGRAPH_COLUMNS if arguments.tested == "photographs" else COLUMNS
    rows = [
        [format_value(row[title], leaderboard.columns[title]) for title in columns]
        for row in leaderboard.rows
    ]
    if arguments.tested == "photographs":
        lines = [f"On {len(comparison.labels)} real photographs, and on each run's own test set:"]
    else:
        lines = [f"On {data_title(comparison.data)}, {len(comparison.labels):,} test images:"]
    lines += format_table(rows, header=[title.upper() for title in columns])
    tests = significance.run_tests(comparison)
    for pair, test in tests.items():
        sentences = (
            significance.verdict(comparison, pair, test),
            significance.evidence(comparison, pair, test, num_tests=len(tests)),
        )
        lines += ["", *map(html_report.markdown_to_text, sentences)]
    if arguments.html:
        all_runs = [summary.summarize(run) for run in store.list_runs(*_folders(arguments))]
        photographs = photograph_predictions.load_comparison(
            [run.summary for run in comparison.runs], comparison.names
        )
        report = html_report.html_report(comparison, all_runs=all_runs, photographs=photographs)
        atomic.write_bytes(arguments.html, report.encode())
        lines += ["", f"{arguments.html}: the whole comparison as one page."]
    ids = [run.summary.id for run in comparison.runs]
    pairs = [
        {"first": ids[first], "second": ids[second], **_test_facts(test)}
        for (first, second), test in tests.items()
    ]
    facts: dict[str, Any] = {
        "data": comparison.data,
        "tested": arguments.tested,
        "runs": list(leaderboard.rows),
        "pairs": pairs,
    }
    return CommandResult(facts=facts, lines=lines)


def _test_on_photographs(comparison: "Comparison") -> "Comparison":
    """The same runs on the real photographs; raises `LabError` or `OSError`."""
    from fmnist_core.runs.photograph_comparison import compare_on_photographs
    from fmnist_core.serving import photograph_predictions
    from fmnist_core.serving.evaluate_photographs import evaluate_run

    runs = [run.summary for run in comparison.runs]
    probabilities = []
    for run in runs:
        known = photograph_predictions.load_predictions(run.run)
        probabilities.append(evaluate_run(run.run) if known is None else known)
    images = photograph_predictions.preprocess_images()
    return compare_on_photographs(runs, comparison.names, probabilities, inputs=images)


def _test_facts(test: "PairedTest") -> dict[str, Any]:
    """Return the fields of a test under the keys of the command's JSON."""
    facts = asdict(test)
    return {"both_right": facts.pop("both_correct"), **facts}


def _load_comparison(arguments: Namespace) -> "Comparison":
    """Load the named runs if all were tested on the same images; raises `RunError`."""
    from fmnist_core.runs import comparison

    if not 2 <= len(set(arguments.compared)) == len(arguments.compared) <= comparison.MAX_COMPARED:
        raise RunError(f"Name 2 to {comparison.MAX_COMPARED} different runs to compare.")
    folders = _folders(arguments)
    runs = [summary.summarize(store.get_run(run_id, *folders)) for run_id in arguments.compared]
    groups = comparison.group_by_test_set(comparison.load_runs(runs))
    if len(groups) > 1:
        listed = "; ".join(", ".join(run.name for run in group) for group in groups)
        raise RunError(
            f"These runs were tested on different images and cannot be compared: {listed}."
        )
    return comparison.Comparison(runs=tuple(groups[0]))


def _folders(arguments: Namespace) -> tuple[Path, Path]:
    return shared_arguments.runs_folder(arguments), paths.checkpoints_folder()


COMMANDS = (
    Command(
        name="compare",
        help="say which of several finished runs is better, and if the difference is significant",
        run=compare,
        arguments=compare_arguments,
    ),
)
