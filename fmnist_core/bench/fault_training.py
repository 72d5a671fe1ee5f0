"""Train small runs in processes of their own, undisturbed or broken, and compare the results.

Workers are forked from a process that has loaded torch already, so that one starts in a moment.
"""

import hashlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from fmnist_core.errors import LabError
from fmnist_core.runs import environment, event_log, leftovers, store
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe

RECIPE = Recipe.parse(
    {
        "model": "mlp",
        "data": "drawn",
        "train_images": 600,
        "epochs": 5,
        "batch_size": 32,
        "keep_epochs": "always",
        "precision": "float32",
        "device": "cpu",
    }
)
"""Trains for about a second; its dropout and shuffling depend on where it resumes."""
PRELOADED = ["fmnist_core.bench.fault_injection", "fmnist_core.jobs.worker", "torch._dynamo"]
"""Torch 2.14 loads its compiler, 3 s of work, when the first optimizer is made."""
TIMEOUT_SECONDS = 300.0
MEASURED_TIMES = ("train_seconds", "finished_at")
"""What differs between two equal trainings in the report."""
LEFTOVERS = ("*.part", ".new-*", ".deleted-*", "resume", "control.jsonl", ".settings.json")
"""Files of a run that a finished one has no more."""
Sabotage = Callable[[], object]
"""Called in the worker's process before it trains; picklable."""


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An undisturbed training."""

    results: Mapping[str, str]
    """Fingerprints of all that it produced, by name."""
    seconds: float
    """From the start of its process to the end."""
    accuracy: float
    """On the test set."""


@cache
def train_reference() -> Reference:
    """Train the recipe undisturbed, once in this process; raises `LabError` if that fails."""
    with tempfile.TemporaryDirectory() as name:
        train_undisturbed(Path(name))  # fills the caches
        start = time.perf_counter()
        run = train_undisturbed(Path(name))
        seconds = time.perf_counter() - start
        return Reference(
            results=results_of(run), seconds=seconds, accuracy=run.report().test_accuracy
        )


def train_undisturbed(folder: Path) -> Run:
    """A finished run of the recipe; raises `LabError` if it does not finish."""
    run = create_run(folder)
    start_worker(run).join(TIMEOUT_SECONDS)
    if run.state() is not RunState.FINISHED:
        raise LabError(f"The undisturbed training did not finish: {run.reason()}")
    return run


def create_run(folder: Path) -> Run:
    """A new run of the recipe; no dispatcher is started."""
    return store.create_run(RECIPE, name="Fault", folder=folder)


def start_worker(run: Run, sabotage: Sabotage | None = None) -> BaseProcess:
    """Train the run in a process of its own, as a dispatcher would; raises `LabError`."""
    process = _context().Process(target=_work, args=(run, sabotage), daemon=True)
    process.start()
    return process


def run_process(target: Callable[..., None], *arguments: object) -> Any:
    """Call `target(connection, *arguments)` in a process of its own; return what it sends back.

    Raises `LabError` if it dies before.
    """
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(sender, *arguments), daemon=True)
    process.start()
    sender.close()
    try:
        return receiver.recv()
    except EOFError:
        raise LabError(f"A process has died: {target.__name__} {arguments}.") from None
    finally:
        process.join()


def _context() -> ForkServerContext:
    """Where processes are forked from one that has loaded torch; raises `LabError` on Windows."""
    if sys.platform == "win32":
        raise LabError("Windows cannot fork processes: run this on Linux or macOS.")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _work(run: Run, sabotage: Sabotage | None) -> None:
    from fmnist_core.jobs import worker

    log = os.open(run.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if sabotage is not None:
        sabotage()
    worker.main(run, "cpu")


def queue_again(run: Run) -> None:
    """Do what Resume does, except for starting a dispatcher."""
    if run.state().is_resumable:
        environment.save(run)
        run.append_event(events.Queued(at=utc_now()))


def finish(run: Run) -> str | None:
    """Resume a run and train it to its end; return why it does not finish, or `None`."""
    queue_again(run)
    process = start_worker(run)
    process.join(TIMEOUT_SECONDS)
    if process.is_alive():
        process.kill()
        return "the resumed training hangs"
    state = run.state()
    return None if state is RunState.FINISHED else f"it is {state} after Resume: {run.reason()}"


def results_of(run: Run) -> dict[str, str]:
    """Fingerprints of everything that a training produces, except for times."""
    report = run.report().model_dump(exclude=set(MEASURED_TIMES))
    files = [run.weights_file, run.predictions_file, run.ood_detector_file]
    files += [run.epoch_file(epoch) for epoch in run.saved_epochs()]
    results = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    results["report.json"] = json.dumps(report, sort_keys=True)
    logged = Follower(run.events_file).read()
    epochs = [event for event in logged if isinstance(event, events.Epoch)]
    results["epochs in events.jsonl"] = "\n".join(
        epoch.model_copy(update={"seconds": 0.0}).model_dump_json() for epoch in epochs
    )
    return results


def differences(run: Run, reference: Reference) -> list[str]:
    """What of a finished run is not as in the undisturbed one, and what is left behind."""
    leftovers.remove_leftovers(run.path.parent)  # as each dispatcher does first
    results = results_of(run)
    names = sorted(results.keys() | reference.results.keys())
    differing = [name for name in names if results.get(name) != reference.results.get(name)]
    left = [str(path.relative_to(run.path)) for name in LEFTOVERS for path in run.path.rglob(name)]
    problem = event_log.describe_damage(run.events_file)
    return [
        *(f"{name} differs" for name in differing),
        *(f"{name} is left behind" for name in left),
        *([problem] if problem else []),
    ]


def describe(number: int, run: Run, problem: str) -> str:
    """A problem with the number of the try and the state of the run."""
    return f"try {number}, {run.id} ({run.state()}): {problem}"


def num_starts(run: Run) -> int:
    """How many processes have trained the run."""
    logged = Follower(run.events_file).read()
    return sum(isinstance(event, events.Started) for event in logged)
