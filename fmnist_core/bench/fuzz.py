"""Feed damaged files to every reader of files from outside.

The only allowed outcomes are a value, and an error that a user may see (`LabError`).
"""

import argparse
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fmnist_core.bench.fuzz_targets import TARGETS, FuzzTarget
from fmnist_core.errors import LabError

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "num_inputs": "inputs",
        "num_unexpected": "unexpected errors",
        "slowest_ms": "slowest (ms)",
        "by_reader": "by reader",
    }
)
MAX_LISTED = 10
"""Unexpected errors of a reader that are listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--inputs", type=int, default=200_000, help="of all readers together (default 200,000)"
    )
    parser.add_argument("--only", choices=TARGETS, metavar="READER", help=", ".join(TARGETS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="keep the inputs that led to unexpected errors"
    )


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return how many inputs each reader accepted and refused, and every unexpected error."""
    rows: list[dict[str, Any]] = []
    problems: list[dict[str, object]] = []
    total_share = sum(target.share for target in TARGETS.values())
    for key, target in TARGETS.items():
        if arguments.only not in (None, key):
            continue
        share = 1.0 if arguments.only else target.share / total_share
        row, errors = fuzz(
            target, round(arguments.inputs * share), seed=arguments.seed, keep=arguments.keep
        )
        rows.append(row)
        problems += errors
        print(f"{target.title}: {row['num_inputs']:,} inputs", file=sys.stderr)
    return {
        "num_inputs": sum(row["num_inputs"] for row in rows),
        "num_unexpected": sum(row["num_unexpected"] for row in rows),
        "by_reader": rows,
        "errors": problems,
    }


def fuzz(
    target: FuzzTarget, num_inputs: int, *, seed: int = 0, keep: Path | None = None
) -> tuple[dict[str, Any], list[dict[str, object]]]:
    """Feed so many inputs to one reader; return its row of the table, and unexpected errors."""
    seeds = target.seeds()
    accepted = refused = unexpected = 0
    slowest = 0.0
    problems: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for valid in seeds:
            target.read(valid, Path(folder))
        for number in range(num_inputs):
            content = target.mutate(seeds, random.Random(f"{target.title} {seed} {number}"))
            start = time.perf_counter()
            try:
                target.read(content, Path(folder))
                accepted += 1
            except LabError:
                refused += 1
            except Exception as error:
                unexpected += 1
                if len(problems) < MAX_LISTED:
                    text = f"{type(error).__name__}: {error}"[:200]
                    problems.append({"reader": target.title, "input": number, "error": text})
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    keep.joinpath(f"{target.title} {number}".replace(" ", "-")).write_bytes(content)
            slowest = max(slowest, time.perf_counter() - start)
    row = {
        "reader": target.title,
        "num_inputs": num_inputs,
        "accepted": accepted,
        "refused": refused,
        "num_unexpected": unexpected,
        "slowest_ms": 1000 * slowest,
    }
    return row, problems
