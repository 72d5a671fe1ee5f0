"""What a command is, and what it answers."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey


@dataclass(frozen=True, kw_only=True)
class CommandResult:
    """What a command found out: `facts` for `--json`, `lines` for people."""

    facts: Mapping[str, Any]
    lines: Sequence[str]
    failure: str | None = None
    """A sentence for stderr when what was asked did not come about; the exit status is 1 then."""
    status: int | None = None
    """The exit status, where it is neither 0 nor 1."""


def no_arguments(parser: ArgumentParser) -> None:
    """For commands that take none."""
    del parser


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command: the words that call it, a line of help, its arguments, and what it does."""

    words: str
    """`models`, or `runs list`: a group and a command in it."""
    help: str
    run: Callable[[Namespace], CommandResult]
    arguments: Callable[[ArgumentParser], None] = field(default=no_arguments)


def table(rows: Sequence[Sequence[object]], *, header: Sequence[str]) -> list[str]:
    """Lines with aligned columns, the header first."""
    cells = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def duration(seconds: float) -> str:
    """`48 s`, `3.5 min` or `2.1 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def data_title(key: DatasetKey) -> str:
    """What figures were reached on, to be said wherever they are shown."""
    return DATASET_TITLES[key] if key == "fashion-mnist" else DATASET_TITLES[key].lower()
