"""Faults of files: each file of a run is cut off at random bytes, then read, or the run resumed."""

import os
import shutil
import signal
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from fmnist_core.bench.fault import Outcome
from fmnist_core.bench.fault_injection import watch_writes
from fmnist_core.bench.fault_training import (
    TIMEOUT_SECONDS,
    create_run,
    describe,
    differences,
    finish,
    start_worker,
    train_reference,
    train_undisturbed,
)
from fmnist_core.errors import LabError, RunError
from fmnist_core.runs import epoch_checkpoints, integrity, ood_detector, predictions, weights
from fmnist_core.runs.event_log import Follower
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.events import TrainingWarning

Read = Callable[[Run], object]
"""Reads a file as the pages do; returns something that can be compared."""


def _read_events(run: Run) -> object:
    events = Follower(run.events_file).read()
    if reason := run.reason():
        raise RunError(reason)
    return events


def _read_model(run: Run) -> object:
    model, _ = weights.load_model(run)
    return _fingerprint(model.state_dict())


def _read_epoch(run: Run) -> object:
    model, _ = epoch_checkpoints.load(run, 1)
    return _fingerprint(model.state_dict())


def _read_detector(run: Run) -> object:
    detector = ood_detector.load(run, num_features=integrity.num_features(run.recipe()))
    return repr(detector)


def _read_predictions(run: Run) -> object:
    return predictions.load_predictions(run).probabilities.tobytes()


def _fingerprint(tensors: Mapping[str, Any]) -> object:
    return [(name, tensor.numpy().tobytes()) for name, tensor in tensors.items()]


READERS: Mapping[str, Read] = MappingProxyType(
    {
        "events.jsonl": _read_events,
        "report.json": Run.report,
        "model.safetensors": _read_model,
        "predictions.safetensors": _read_predictions,
        "familiarity.safetensors": _read_detector,
        "epochs/epoch-0001.safetensors": _read_epoch,
        "recipe.json": Run.recipe,
        "about.json": Run.metadata,
    }
)
"""The files of a finished run, and how each is read."""
DETECTED, COMPLETE = "detected by name", "read in full"
"""JSON files that lack the end of their last line are read in full."""
RESUMABLE = ("events.jsonl", "resume/snapshot.safetensors")
"""The files from which a killed run resumes."""


def truncate(name: str, folder: Path, times: int, rng: Random) -> Outcome:
    """Cut off a file of a finished run at random bytes; it must be refused by name."""
    run = train_undisturbed(folder)
    file, read = run.path / name, READERS[name]
    content, expected = file.read_bytes(), read(run)
    offsets = sorted(rng.sample(range(len(content)), min(times, len(content))))
    problems, num_complete = [], 0
    for offset in offsets:
        file.write_bytes(content[:offset])
        outcome = judge(run, read, expected, file.name)
        num_complete += outcome == COMPLETE
        if outcome not in (DETECTED, COMPLETE):
            problems.append(f"{name} of {offset} bytes: {outcome}")
    file.write_bytes(content)
    if run.state() is not RunState.FINISHED or read(run) != expected:
        problems.append(f"{name}: the whole file is not read as before")
    summary = f"{len(offsets) - num_complete - len(problems)} detected by name"
    if num_complete:
        summary += f", {num_complete} lacks only the end of the last line"
    return Outcome(times=len(offsets), summary=summary, problems=tuple(problems))


def judge(run: Run, read: Read, expected: object, name: str) -> str:
    """What comes of reading a file that was cut off: `DETECTED`, `COMPLETE` or what is wrong."""
    try:
        value = read(run)
    except LabError as error:
        return DETECTED if name in str(error) else f"not named: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return COMPLETE if value == expected else "served as good"


def truncate_and_resume(name: str, folder: Path, times: int, rng: Random) -> Outcome:
    """Cut off a file of an interrupted run at random bytes, then resume the run."""
    reference = train_reference()
    killed = create_run(folder)
    start_worker(killed, partial(_die_before_result, killed)).join(TIMEOUT_SECONDS)
    content = killed.path.joinpath(name).read_bytes()
    offsets = sorted(rng.sample(range(len(content)), min(times, len(content))))
    problems: list[str] = []
    num_warned = 0
    for offset in offsets:
        run = Run(shutil.copytree(killed.path, folder / f"{killed.id}-{offset}"))
        run.path.joinpath(name).write_bytes(content[:offset])
        if run.state() is not RunState.INTERRUPTED:
            problems.append(describe(offset, run, "nobody has resumed it"))
        problem = finish(run)
        lost = [problem] if problem else differences(run, reference)
        warned = any(Path(name).name in text for text in _warnings(run))
        num_warned += warned
        # Curves that were cut off stay so, and a warning says it.
        lost = [one for one in lost if not (warned and "events.jsonl" in one)]
        problems += [describe(offset, run, one) for one in lost]
        shutil.rmtree(run.path)
    return Outcome(
        times=len(offsets),
        summary=f"all resumed, results equal; {num_warned} with a warning",
        problems=tuple(problems),
    )


def _die_before_result(run: Run) -> None:
    """Kill this process before it writes the final weights."""

    def die(_: str, path: Path) -> None:
        if path.name.startswith(f".{run.weights_file.name}"):
            os.kill(os.getpid(), signal.SIGKILL)

    watch_writes(run.path, die)


def _warnings(run: Run) -> list[str]:
    logged = Follower(run.events_file).read()
    return [event.message for event in logged if isinstance(event, TrainingWarning)]
