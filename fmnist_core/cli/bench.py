"""`bench NAME`: measurements, each a module of `fmnist_core.bench`, loaded when asked for."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from fmnist_core.cli.command import Command, CommandResult, table

BENCHES: Mapping[str, str] = MappingProxyType(
    {
        "train": "this training loop against the one that the PyTorch tutorial teaches",
        "machine": "the machine's own ceiling, and the share of it that training reaches",
        "frozen": "what a frozen phase costs against one pass of its backbone",
        "gpu": "seconds to 94, 95 and 96 percent from scratch on a GPU",
        "compare": "how quick the Compare page is with six runs, and with 300 more",
        "photos": "what accuracy a model keeps on photographs made of test images",
        "drawings": "what a model makes of silhouettes and outlines of test images",
        "unfamiliar": "how well models notice what is unlike anything in training",
        "predict": "from the end of a stroke to the bars, and how quick many pictures are",
        "explain": "how quick heatmaps are, and whether many of them leak",
        "trust": "how often heatmaps are found faithful, and random blobs in their place",
        "app": "how soon the pages are on the screen",
    }
)
"""What each measures; a module has `add_arguments(parser)` and `run(arguments) -> dict`."""
MODULES: Mapping[str, str] = MappingProxyType(
    {"machine": "ceiling", "drawings": "sketches", "unfamiliar": "ood", "trust": "faithfulness"}
)
"""The module of a benchmark where it has another name."""


def add_arguments(name: str, parser: ArgumentParser) -> None:
    """What this bench can be told."""
    _module(name).add_arguments(parser)


def run(name: str, arguments: Namespace) -> CommandResult:
    """Measure; progress goes to stderr."""
    facts = _module(name).run(arguments)
    return CommandResult(facts=facts, lines=list(readable(facts)))


def _module(name: str) -> Any:
    return importlib.import_module(f"fmnist_core.bench.{MODULES.get(name, name)}")


def readable(facts: Mapping[str, Any], *, margin: str = "") -> Iterator[str]:
    """Figures under their names, what lies inside others indented, lists of alike as a table."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield f"{margin}{name}"
            yield from readable(value, margin=margin + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{margin}{name}"
            rows = [[_figure(each) for each in row.values()] for row in value]
            yield from (f"{margin}  {line}" for line in table(rows, header=list(value[0])))
        else:
            yield f"{margin}{name}: {_figure(value)}"


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return "-" if value is None else str(value)


COMMANDS = tuple(
    Command(
        words=f"bench {name}",
        help=f"measure {measured}",
        run=partial(run, name),
        arguments=partial(add_arguments, name),
    )
    for name, measured in BENCHES.items()
)
