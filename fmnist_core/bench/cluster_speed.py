"""How fast a cluster of this machine answers: start, latency of events, throughput."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fmnist_core.bench.cluster_runs import (
    RECIPE,
    cluster_lab,
    submit,
    wait_until,
    wait_until_finished,
)
from fmnist_core.jobs.executors.ray_cluster.address import find_address
from fmnist_core.runs import event_log
from fmnist_core.runs.run import Run
from fmnist_core.training.events import FitResult, Snapshot
from fmnist_core.training.fit_options import FitControl

NUM_STARTS = 5
PAUSE_SECONDS = 2.0
"""Between two runs: somebody looks at the first one."""
THROUGHPUT_RECIPE = RECIPE.changed(train_images=None, epochs=10)
NUM_REPEATS = 3


def measure_starts(folder: Path) -> dict[str, float]:
    """Seconds from Train to the first event, with a cluster that has trained before."""
    seconds = []
    with cluster_lab(folder, num_nodes=2):
        short = RECIPE.changed(epochs=2)
        wait_until_finished(*[submit(_runs(folder), short, seed=seed) for seed in range(2)])
        for seed in range(NUM_STARTS):
            time.sleep(PAUSE_SECONDS)
            start = time.perf_counter()
            run = submit(_runs(folder), short, seed=seed)
            wait_until(run.events_file.exists, "there is no event")
            seconds.append(time.perf_counter() - start)
            wait_until_finished(run)
    return {"median": statistics.median(seconds), "worst": max(seconds)}


def measure_latency(folder: Path) -> dict[str, float]:
    """Milliseconds from an event on the node until it stands in the run's log here."""
    with cluster_lab(folder, num_nodes=1) as lab:
        from fmnist_core.jobs.executors.ray_cluster import cluster, node_task, placement

        address = find_address(f"ray://{lab.address}")
        assert address is not None
        with (
            cluster.connect(address) as connected,
            patch.object(node_task, "train", train_with_times),
        ):
            connected.refresh_nodes()
            place = placement.reserve(RECIPE, connected, is_wanted=lambda: True)
            assert place is not None
            delays = list(_delays(place, folder / "events.jsonl"))
            place.release()
    return {"median": statistics.median(delays), "worst": max(delays)}


def train_with_times(*arguments: Any, **options: Any) -> Iterator[Any]:
    """The node's task, with the time at which it yields each event."""
    from fmnist_core.jobs.executors.ray_cluster.node_task import Placed, train

    for event in train(*arguments, **options):
        yield event if isinstance(event, Placed) else (time.time(), event)


def _delays(place: Any, log: Path) -> Iterator[float]:
    """Record a training, and yield how late each event was, in milliseconds."""
    from fmnist_core.jobs.executors.ray_cluster.control_relay import ControlValues

    control = FitControl()
    options = {"initial": None, "teacher": None, "snapshot": None, "control": control}
    place.begin(ControlValues.of(control), options)
    while True:
        try:
            stamped: Any = place.next_event(1.0)
        except StopIteration:
            return
        if stamped is None:
            continue
        sent, event = stamped
        if not isinstance(event, Snapshot | FitResult):
            event_log.append_event(log, event)
            yield 1000 * (time.time() - sent)


def measure_throughput(folder: Path, *, num_nodes: int = 2) -> dict[str, float]:
    """How many times as much as one node several nodes with one core each train."""
    alone, together = [], []
    with cluster_lab(folder, num_nodes=num_nodes):
        _train_at_once(folder, num_nodes)  # fills the caches
        for _ in range(NUM_REPEATS):
            alone.append(_train_at_once(folder, 1))
            together.append(_train_at_once(folder, num_nodes))
    ratio = num_nodes * statistics.median(alone) / statistics.median(together)
    return {"nodes": num_nodes, "times as much": ratio, "per node": ratio / num_nodes}


def _train_at_once(folder: Path, num_runs: int) -> float:
    """Seconds of training per run, without start and test, while so many train."""
    runs = [submit(_runs(folder), THROUGHPUT_RECIPE, seed=seed) for seed in range(num_runs)]
    wait_until_finished(*runs)
    return statistics.mean(_seconds(run) for run in runs)


def _seconds(run: Run) -> float:
    return run.report().train_seconds


def _runs(folder: Path) -> Path:
    return folder / "runs"
