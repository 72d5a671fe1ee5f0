"""The interface of a command: its name, arguments and result; and text tables."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """The result of a command: `facts` for `--json`, `lines` for the terminal."""

    facts: Mapping[str, Any]
    lines: Sequence[str]
    failure: str | None = None
    """Message for stderr on failure; the exit status is then 1."""
    status: int | None = None
    """The exit status, if it is neither 0 nor 1."""


def no_arguments(parser: ArgumentParser) -> None:
    """Add nothing: for commands without arguments."""
    del parser


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command of the command line."""

    name: str
    """`models`, or a group and a command in it: `runs list`."""
    help: str
    """One line that starts with a verb."""
    run: Callable[[Namespace], CommandResult]
    arguments: Callable[[ArgumentParser], None] = field(default=no_arguments)


def format_table(rows: Sequence[Sequence[object]], *, header: Sequence[str]) -> list[str]:
    """Format rows as lines with aligned columns, the header first."""
    cells = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def data_title(key: DatasetKey) -> str:
    """Title of the data set, to be shown with every metric measured on it."""
    return DATASET_TITLES[key] if key == "fashion-mnist" else DATASET_TITLES[key].lower()
