"""Break what can break while a class uses the lab, many times, and report what was lost.

Trainings are short ones on synthetic garments, in processes of their own.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from random import Random
from types import MappingProxyType

from fmnist_core.bench import (
    fault_actions,
    fault_clock,
    fault_downloads,
    fault_files,
    fault_servers,
    fault_workers,
)
from fmnist_core.bench.fault import Fault

FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "worker killed": Fault(
            title="worker killed at a random moment, then resumed",
            times=50,
            inject=fault_workers.kill_at_random,
        ),
        "worker killed at a write": Fault(
            title="worker killed before one of its writes, then resumed",
            times=100,
            inject=fault_workers.kill_at_writes,
        ),
        "disk full": Fault(
            title="disk full from one of the writes of a worker on",
            times=100,
            inject=fault_workers.fill_disk,
        ),
        "disk full for users": Fault(
            title="disk full while users queue, rename, delete and import runs",
            times=100,
            inject=fault_actions.fill_disk_for_users,
        ),
        "out of memory": Fault(
            title="GPU memory runs out (simulated on the CPU)",
            times=20,
            inject=fault_workers.run_out_of_memory,
        ),
        "server killed": Fault(
            title="server and dispatcher killed while runs wait and train",
            times=20,
            inject=fault_servers.kill_servers,
        ),
        "two servers": Fault(
            title="a run queued where two servers serve one folder",
            times=10,
            inject=fault_servers.serve_twice,
        ),
        "clock": Fault(
            title="clock set back by up to 400 days", times=20, inject=fault_clock.set_clock_back
        ),
        "download": Fault(
            title="network gone during the download of the data",
            times=20,
            inject=fault_downloads.break_downloads,
        ),
        **{
            f"cut off {name}": Fault(
                title=f"{name} cut off at a random byte",
                times=100,
                inject=partial(fault_files.truncate, name),
            )
            for name in fault_files.READERS
        },
        **{
            f"cut off and resumed {name}": Fault(
                title=f"{name} of a killed run cut off, then resumed",
                times=20,
                inject=partial(fault_files.truncate_and_resume, name),
            )
            for name in fault_files.RESUMABLE
        },
    }
)
"""By the name that the command knows."""
LABELS: Mapping[str, str] = MappingProxyType({"num_problems": "lost or not reported"})
MAX_LISTED = 10
"""Problems of a fault that are listed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", nargs="+", choices=FAULTS, metavar="FAULT", default=list(FAULTS),
        help="; ".join(FAULTS),
    )  # fmt: skip
    parser.add_argument("--times", type=int, help="how often each is injected (default: 10 to 100)")
    parser.add_argument("--seed", type=int, default=0)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Return how often each fault was injected, and everything that was lost by it."""
    rows: list[dict[str, object]] = []
    problems: list[dict[str, str]] = []
    for key in arguments.only:
        row, found = inject(FAULTS[key], times=arguments.times, seed=arguments.seed)
        rows.append(row)
        problems += ({"fault": key, "problem": problem} for problem in found[:MAX_LISTED])
        print(f"{key}: {row['times']} times in {row['seconds']:.0f} s", file=sys.stderr)
    return {"faults": rows, "problems": problems}


def inject(
    fault: Fault, *, times: int | None = None, seed: int = 0
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Inject a fault in a folder of its own; return its row of the table, and what was lost."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = fault.inject(Path(folder), times or fault.times, Random(f"{fault.title} {seed}"))
    row = {
        "fault": fault.title,
        "times": outcome.times,
        "num_problems": len(outcome.problems),
        "otherwise": outcome.summary,
        "seconds": time.perf_counter() - start,
    }
    return row, outcome.problems
