"""The entry point: parse a command, run it, print its result; errors are one line on stderr."""

import argparse
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from fmnist_core.cli import (
    bench,
    classroom,
    compare,
    cost,
    data,
    evaluate,
    explain,
    export,
    logs,
    predict,
    registries,
    run_archives,
    run_storage,
    runs,
    search,
    settings,
    train,
    zoo,
)
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.errors import DataError, DivergedError, LabError

PROGRAM = "python -m fmnist_core"
COMMANDS: tuple[Command, ...] = (
    *train.COMMANDS,
    *runs.COMMANDS,
    *run_archives.COMMANDS,
    *run_storage.COMMANDS,
    *search.COMMANDS,
    *evaluate.COMMANDS,
    *predict.COMMANDS,
    *explain.COMMANDS,
    *export.COMMANDS,
    *compare.COMMANDS,
    *cost.COMMANDS,
    *registries.COMMANDS,
    *data.COMMANDS,
    *classroom.COMMANDS,
    *settings.COMMANDS,
    *logs.COMMANDS,
    *zoo.COMMANDS,
    *bench.COMMANDS,
)
GROUPS: Mapping[str, str] = {
    "runs": "list, resume, stop, rename, pin, delete, restore, export and import runs",
    "search": "search for better settings: start, list, show, stop and resume",
    "data": "download and verify Fashion-MNIST",
    "class": "open the app to a class, and its codes",
    "zoo": "list, verify and build the example models",
    "bench": "measure speed and accuracy on this machine",
}
USER_ERROR, FAILURE, PIPE_CLOSED, INTERRUPTED = 2, 1, 141, 130
"""Exit statuses."""


def main(argv: Sequence[str], *, commands: Sequence[Command] = COMMANDS) -> int:
    """Run the command line `argv` and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # print names that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = build_parser(commands).parse_args(argv)
        status = print_result(arguments.command.run(arguments), as_json=arguments.json)
        sys.stdout.flush()
    except LabError as error:
        print_error(str(error))
        return FAILURE if is_failure(error) else USER_ERROR
    except BrokenPipeError:
        # The reader has closed the pipe; keep Python's flush at exit from raising again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        parts = (error.filename, error.strerror or error)
        print_error(": ".join(str(part) for part in parts if part))
        return FAILURE
    except KeyboardInterrupt:
        print_error("Interrupted.")
        return INTERRUPTED
    return status


def is_failure(error: LabError) -> bool:
    """Whether the machine failed; other errors are mistakes in the command."""
    return isinstance(error, DataError | DivergedError) or isinstance(error.__cause__, OSError)


def print_result(result: CommandResult, *, as_json: bool) -> int:
    """Print a result and return its exit status."""
    if as_json:
        print(json.dumps(result.facts, indent=2, ensure_ascii=False))
    else:
        for line in result.lines:
            print(line)
    if result.failure:
        print_error(result.failure)
    if result.status is not None:
        return result.status
    return FAILURE if result.failure else 0


def print_error(sentence: str) -> None:
    """Print one line on stderr, without line breaks inside `sentence`."""
    print("fmnist_core:", " ".join(sentence.split()), file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """Report errors in one line; add a command's arguments only when it is chosen.

    The arguments of a benchmark live in a module that loads torch.
    """

    command: Command | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.command:
            self.command.arguments(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        print_error(f"{message} (see '{self.prog} --help')")
        sys.exit(USER_ERROR)


def build_parser(commands: Sequence[Command] = COMMANDS) -> Parser:
    """Build the parser of all commands, without importing torch."""
    parser = Parser(prog=PROGRAM, description="Train and compare image classifiers.")
    groups = {"": parser.add_subparsers(metavar="COMMAND", required=True)}
    for command in commands:
        group, _, name = command.name.rpartition(" ")
        if group not in groups:
            group_parser = groups[""].add_parser(
                group, help=GROUPS[group], description=GROUPS[group]
            )
            groups[group] = group_parser.add_subparsers(metavar="COMMAND", required=True)
        command_parser = groups[group].add_parser(name, help=command.help, description=command.help)
        command_parser.add_argument("--json", action="store_true", help="print one JSON object")
        command_parser.command = command
        command_parser.set_defaults(command=command)
    return parser
