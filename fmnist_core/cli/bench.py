"""`bench NAME`: measurements, each a module of `fmnist_core.bench`, loaded when asked for."""

import importlib
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from fmnist_core.cli.command import Answer, Command

BENCHES: Mapping[str, str] = MappingProxyType(
    {
        "train": "this training loop against the one that the PyTorch tutorial teaches",
        "machine": "the machine's own ceiling, and the share of it that training reaches",
        "app": "how soon the pages are on the screen",
    }
)
"""What each measures. A module has `add_arguments(parser)`, `run(arguments) -> dict` and, where
JSON is no pleasant reading, `describe(facts) -> list of lines`."""


def add_arguments(name: str, parser: ArgumentParser) -> None:
    """What this bench can be told."""
    _module(name).add_arguments(parser)


def run(name: str, arguments: Namespace) -> Answer:
    """Measure; progress goes to stderr."""
    module = _module(name)
    facts = module.run(arguments)
    return Answer(facts=facts, lines=getattr(module, "describe", _as_json)(facts))


def _module(name: str) -> Any:
    return importlib.import_module(f"fmnist_core.bench.{name}")


def _as_json(facts: Mapping[str, Any]) -> list[str]:
    return json.dumps(facts, indent=2, ensure_ascii=False).splitlines()


COMMANDS = tuple(
    Command(
        words=f"bench {name}",
        help=f"measure {measured}",
        run=partial(run, name),
        arguments=partial(add_arguments, name),
    )
    for name, measured in BENCHES.items()
)
