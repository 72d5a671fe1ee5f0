"""Choose a command, run it, print its answer; mistakes are one line on stderr."""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from fmnist_core.cli import (
    bench,
    compare,
    cost,
    data,
    evaluate,
    explain,
    export,
    predict,
    registries,
    runs,
    train,
    zoo,
)
from fmnist_core.cli.command import Command, CommandResult
from fmnist_core.errors import DataError, DivergedError, LabError

PROGRAM = "python -m fmnist_core"
COMMANDS: tuple[Command, ...] = (
    *train.COMMANDS,
    *runs.COMMANDS,
    *evaluate.COMMANDS,
    *predict.COMMANDS,
    *explain.COMMANDS,
    *export.COMMANDS,
    *compare.COMMANDS,
    *cost.COMMANDS,
    *registries.COMMANDS,
    *data.COMMANDS,
    *zoo.COMMANDS,
    *bench.COMMANDS,
)
GROUPS = {
    "runs": "see, resume, stop, rename and delete runs",
    "data": "see where Fashion-MNIST comes from, and fetch it",
    "zoo": "see, check and make the models that ship",
    "bench": "measure speed and accuracy on this machine",
}
USER_MISTAKE, FAILURE, PIPE_CLOSED, INTERRUPTED = 2, 1, 141, 130


def main(words: Sequence[str]) -> int:
    """Run the command that `words` spell and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name must not end a command
            stream.reconfigure(errors="backslashreplace")
    try:
        arguments = build_parser().parse_args(words)
        status = tell(arguments.command.run(arguments), as_json=arguments.json)
        sys.stdout.flush()
    except LabError as error:
        complain(str(error))
        return FAILURE if is_failure(error) else USER_MISTAKE
    except BrokenPipeError:
        # Whoever reads has seen enough; Python's own flush at exit must not complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        complain(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        return FAILURE
    except KeyboardInterrupt:
        complain("interrupted.")
        return INTERRUPTED
    return status


def is_failure(error: LabError) -> bool:
    """Whether the machine failed; everything else is a mistake in what was asked."""
    return isinstance(error, DataError | DivergedError) or isinstance(error.__cause__, OSError)


def tell(answer: CommandResult, *, as_json: bool) -> int:
    """Print an answer and return the exit status that it means."""
    if as_json:
        print(json.dumps(answer.facts, indent=2, ensure_ascii=False))
    else:
        for line in answer.lines:
            print(line)
    if answer.failure:
        complain(answer.failure)
    if answer.status is not None:
        return answer.status
    return FAILURE if answer.failure else 0


def complain(sentence: str) -> None:
    """One line on stderr, whatever line breaks the sentence brought from elsewhere."""
    print("fmnist_core:", " ".join(sentence.split()), file=sys.stderr)


class Parser(argparse.ArgumentParser):
    """Argparse with a mistake told in one line, and a command's arguments added when it is chosen.

    Those of a bench live in a module that loads torch.
    """

    command: Command | None = None

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self.command:
            self.command.arguments(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        complain(f"{message} (see '{self.prog} --help')")
        sys.exit(USER_MISTAKE)


def build_parser() -> Parser:
    """A parser that knows every command; listing them loads nothing heavy."""
    parser = Parser(prog=PROGRAM, description="Train and compare image classifiers.")
    places = {"": parser.add_subparsers(metavar="COMMAND", required=True)}
    for command in COMMANDS:
        group, _, name = command.words.rpartition(" ")
        if group not in places:
            inner = places[""].add_parser(group, help=GROUPS[group], description=GROUPS[group])
            places[group] = inner.add_subparsers(metavar="COMMAND", required=True)
        child = places[group].add_parser(name, help=command.help, description=command.help)
        child.add_argument("--json", action="store_true", help="print one JSON object")
        child.command = command
        child.set_defaults(command=command)
    return parser
