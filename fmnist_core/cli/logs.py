"""`logs`: what has happened in this lab, without names or addresses."""

from argparse import ArgumentParser, Namespace

from fmnist_core import server_log
from fmnist_core.cli import shared_arguments
from fmnist_core.cli.command import Command, CommandResult, format_table
from fmnist_core.server_log import LogEntry

DEFAULT_LAST = 50


def logs_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--last",
        type=int,
        default=DEFAULT_LAST,
        metavar="N",
        help=f"how many of the last events to print ({DEFAULT_LAST})",
    )
    shared_arguments.add_runs_folder(parser)


def show_logs(arguments: Namespace) -> CommandResult:
    """Print the last events of the log, oldest first."""
    folder = shared_arguments.runs_folder(arguments)
    file = server_log.log_file(folder)
    entries = server_log.read(folder, last=arguments.last)
    header = ("TIME (UTC)", "EVENT", "RUN", "DETAILS")
    lines = (
        format_table([_row(entry) for entry in entries], header=header)
        if entries
        else [f"Nothing has been logged in {file} yet."]
    )
    facts = {"file": str(file), "events": [entry.model_dump(mode="json") for entry in entries]}
    return CommandResult(facts=facts, lines=lines)


def _row(entry: LogEntry) -> tuple[str, ...]:
    details = " ".join(filter(None, (entry.page, entry.error, entry.place)))
    return entry.at[:19].replace("T", " "), entry.event, entry.run, details


COMMANDS = (
    Command(
        name="logs",
        help="print the last events of this lab: starts, runs and errors, without names",
        run=show_logs,
        arguments=logs_arguments,
    ),
)
