"""Train on a Ray cluster of processes on this machine: speed, and what is lost when parts die."""

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from fmnist_core.bench import cluster_faults, cluster_speed
from fmnist_core.bench.fault import Fault
from fmnist_core.bench.faults import inject

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "node": Fault(
            title="a node killed while six runs train on three", times=1,
            inject=cluster_faults.kill_node,
        ),
        "process": Fault(
            title="the process of a run killed", times=20, inject=cluster_faults.kill_processes
        ),
        "head": Fault(title="the head killed", times=1, inject=cluster_faults.kill_head),
    }
)  # fmt: skip
SPEEDS: Mapping[str, Callable[[Path], dict[str, float]]] = MappingProxyType(
    {
        "start": cluster_speed.measure_starts,
        "latency": cluster_speed.measure_latency,
        "throughput": cluster_speed.measure_throughput,
    }
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "num_problems": "lost or not reported",
        "start": "seconds from Train to the first event",
        "latency": "milliseconds from an event to its line in the log",
        "throughput": "runs on several nodes with one core each",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", nargs="+", choices=[*FAULTS, *SPEEDS], metavar="PART",
        default=[*FAULTS, *SPEEDS], help=", ".join([*FAULTS, *SPEEDS]),
    )  # fmt: skip
    parser.add_argument("--times", type=int, help="how often each part is killed")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return the speed, how often each part was killed, and everything that was lost by it."""
    result: dict[str, object] = {}
    for name, measure in SPEEDS.items():
        if name in arguments.only:
            with tempfile.TemporaryDirectory() as folder:
                result[name] = measure(Path(folder))
            print(f"{name}: {result[name]}", file=sys.stderr)
    rows: list[dict[str, object]] = []
    problems: list[str] = []
    for name, fault in FAULTS.items():
        if name in arguments.only:
            row, found = inject(fault, times=arguments.times, seed=arguments.seed)
            rows.append(row)
            problems += found
            print(f"{name}: {row['times']} times in {row['seconds']:.0f} s", file=sys.stderr)
    return result | {"faults": rows, "problems": [{"problem": text} for text in problems]}
