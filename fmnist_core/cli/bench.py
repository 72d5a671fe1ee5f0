"""`bench NAME`: benchmarks, each a module of `fmnist_core.bench` that is loaded on demand."""

import importlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from fmnist_core.cli.command import Command, CommandResult, format_table

BENCHMARKS: Mapping[str, str] = MappingProxyType(
    {
        "train": "training speed against the loop of the PyTorch tutorial",
        "machine": "the machine's peak FLOP/s and the fraction that training reaches",
        "frozen": "the cost of a frozen phase against one pass of its backbone",
        "gpu": "the time to 94, 95 and 96 percent accuracy from scratch on a GPU",
        "search": "a search by Optuna against random search of the same time",
        "compare": "the speed of the Compare page with six runs, and with 300 more",
        "photos": "accuracy on photos made from test images",
        "photographs": "accuracy on a folder of real photographs, beside simpler preprocessing",
        "drawings": "accuracy on silhouettes and outlines of test images",
        "unfamiliar": "how well models detect out-of-distribution images",
        "limits": "how often predictions marked as not sure are wrong, by image source",
        "predict": "the time from a stroke to the predictions, and the speed of batch upload",
        "explain": "the speed of heatmaps, and whether computing many leaks memory",
        "inside": "the time from a click on a step of a network to its feature maps",
        "trust": "how often heatmaps, and random blobs in their place, are rated faithful",
        "app": "the load times of the pages",
        "data": "the first visit of Data, and hover and lasso on its map of 5,000 images",
        "fuzz": "whether damaged files lead to anything but a sentence for the user",
        "faults": "what is lost when processes die, disks fill up, files are cut off",
        "load": "response times, memory and lost sessions while a class uses the server",
        "visits": "whether the server's memory grows over 500 page visits",
        "cluster": "training on a Ray cluster: its speed, and what is lost when parts of it die",
        "capacity": "how long the students of a whole course wait, simulated",
        "long-life": "what a day of a class leaves behind: processes, files, locks, memory",
    }
)
"""What each benchmark measures.

Its module has `add_arguments(parser)`, `run(arguments) -> dict`, and may have `LABELS`: how keys of
the result are printed if not as they are in JSON.
"""
NO_LABELS: Mapping[str, str] = MappingProxyType({})
MODULE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "machine": "ceiling",
        "drawings": "sketches",
        "unfamiliar": "ood",
        "limits": "ood_limits",
        "long-life": "long_life",
        "trust": "faithfulness",
    }
)
"""Modules whose name differs from their benchmark's."""


def add_arguments(name: str, parser: ArgumentParser) -> None:
    """Add the arguments of a benchmark."""
    load_module(name).add_arguments(parser)


def run(name: str, arguments: Namespace) -> CommandResult:
    """Run a benchmark; progress goes to stderr."""
    module = load_module(name)
    facts = module.run(arguments)
    labels = getattr(module, "LABELS", NO_LABELS)
    return CommandResult(facts=facts, lines=list(format_facts(facts, labels)))


def load_module(name: str) -> Any:
    return importlib.import_module(f"fmnist_core.bench.{MODULE_NAMES.get(name, name)}")


def format_facts(
    facts: Mapping[str, Any], labels: Mapping[str, str] = NO_LABELS, *, margin: str = ""
) -> Iterator[str]:
    """Format results by name: nested ones indented, lists of results as a table."""
    for key, value in facts.items():
        label = f"{margin}{labels.get(key, key)}"
        if isinstance(value, Mapping):
            yield label
            yield from format_facts(value, labels, margin=margin + "  ")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield label
            rows = [[_format_value(cell) for cell in row.values()] for row in value]
            header = [labels.get(column, column) for column in value[0]]
            yield from (f"{margin}  {line}" for line in format_table(rows, header=header))
        else:
            yield f"{label}: {_format_value(value)}"


def _format_value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return "-" if value is None else str(value)


COMMANDS = tuple(
    Command(
        name=f"bench {name}",
        help=f"measure {measured}",
        run=partial(run, name),
        arguments=partial(add_arguments, name),
    )
    for name, measured in BENCHMARKS.items()
)
