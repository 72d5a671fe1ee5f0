"""A disk that is full while users queue, resume, rename, pin, delete, restore and import runs."""

import io
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import MappingProxyType
from unittest.mock import patch

from fmnist_core.bench.fault import Outcome
from fmnist_core.bench.fault_injection import count_writes, fill_disk_at_write, spare_bytes
from fmnist_core.bench.fault_training import (
    RECIPE,
    Sabotage,
    create_run,
    run_process,
    train_undisturbed,
)
from fmnist_core.errors import LabError
from fmnist_core.jobs import queue
from fmnist_core.runs import archive, deleted_runs, store
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events

ARCHIVE = "run.zip"
"""Beside the folder of runs."""
Action = Callable[[Path], object]
"""What a user does in a folder with one stopped run, and another one in its bin."""


def _stopped_run(folder: Path) -> Run:
    return store.list_runs(folder)[0]


def _import(folder: Path) -> object:
    content = folder.parent.joinpath(ARCHIVE).read_bytes()
    return archive.import_run(io.BytesIO(content), name=ARCHIVE, folder=folder)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        "queue": lambda folder: queue.submit_run(RECIPE, name="New", folder=folder),
        "resume": lambda folder: queue.resume_run(_stopped_run(folder), "one epoch"),
        "rename": lambda folder: store.rename_run(_stopped_run(folder), "Another name"),
        "pin": lambda folder: store.pin_run(_stopped_run(folder), pinned=True),
        "delete": lambda folder: deleted_runs.delete_run(_stopped_run(folder)),
        "restore": lambda folder: queue.restore_run(deleted_runs.list_bin(folder)[0]),
        "import": _import,
    }
)


def fill_disk_for_users(folder: Path, times: int, rng: Random) -> Outcome:
    """Fill the disk at the writes of each action; it is refused in a sentence, or done."""
    template = _make_template(folder / "template")
    tries = [
        (name, number)
        for name in ACTIONS
        for number in range(1, _num_writes(template, folder / "lab", name) + 1)
    ]
    chosen = rng.sample(tries, min(times, len(tries)))
    problems: list[str] = []
    num_refused = 0
    for name, number in sorted(chosen):
        runs = _copy(template, folder / "lab")
        sabotage = partial(fill_disk_at_write, runs, number, spare_bytes(rng))
        error, is_sentence = run_process(_act, runs, name, sabotage)
        num_refused += is_sentence
        lost = [*_lost(template, runs), *([error] if error and not is_sentence else [])]
        problems += [f"{name}, write {number}: {one}" for one in lost]
    return Outcome(
        times=len(chosen),
        summary=f"{num_refused} refused in a sentence, {len(chosen) - num_refused} done",
        problems=tuple(problems),
    )


def _make_template(folder: Path) -> Path:
    """A folder of runs with one stopped run and one in the bin, and an archive beside it."""
    runs = folder / "runs"
    runs.mkdir(parents=True)
    finished = train_undisturbed(runs)
    folder.joinpath(ARCHIVE).write_bytes(archive.export_bytes(finished))
    deleted_runs.delete_run(finished)
    create_run(runs).append_event(events.Stopped(reason="Stopped by a user."))
    return runs


def _copy(template: Path, lab: Path) -> Path:
    shutil.rmtree(lab, ignore_errors=True)
    return shutil.copytree(template.parent, lab) / template.name


def _num_writes(template: Path, lab: Path, name: str) -> int:
    """How many writes an action makes."""
    counted = lab.parent / "number of writes"
    runs = _copy(template, lab)
    run_process(_act, runs, name, partial(count_writes, runs, counted))
    return int(counted.read_text())


def _act(result: Connection, folder: Path, name: str, sabotage: Sabotage) -> None:
    """Send why the action failed, empty if it did not, and whether users may see that."""
    sabotage()
    try:
        with patch.object(queue, "ensure_dispatcher"):  # nothing is trained
            ACTIONS[name](folder)
    except LabError as error:
        result.send((str(error), True))
    except Exception as error:
        result.send((f"{type(error).__name__}: {error}", False))
    else:
        result.send(("", False))


def _lost(before: Path, after: Path) -> list[str]:
    """Runs that are lost or damaged, and what is left behind."""
    kept = [*store.list_runs(after), *(entry.run for entry in deleted_runs.list_bin(after))]
    known = [*store.list_runs(before), *(entry.run for entry in deleted_runs.list_bin(before))]
    lost = {run.id for run in known} - {run.id for run in kept}
    damaged = [run for run in kept if run.state() is RunState.DAMAGED]
    left = [path.name for path in after.glob(".new-*")]
    left += [path.name for run in kept for path in run.path.rglob("*.part")]
    return [
        *(f"run {run_id} is lost" for run_id in lost),
        *(f"{run.reason()}" for run in damaged),
        *(f"{name} is left behind" for name in left),
    ]
