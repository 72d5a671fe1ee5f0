"""Turns between people: in each round everybody trains one run.

Within a round, the run that has waited longest comes first. So thirty runs of one person delay
another one by one run, not by thirty (start-time fair queuing, Goyal, Vin and Cheng 1996, with all
runs counted alike). All that is stored is who has had a turn in the current round.
"""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from fmnist_core import atomic
from fmnist_core.runs.run import Run, RunMetadata

LOCK_TIMEOUT_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class WaitingRun:
    """A run in the queue."""

    run: Run
    person: str
    queued_at: str
    """UTC, ISO 8601."""


def person_of(metadata: RunMetadata) -> str:
    """Whose turn the run takes: its owner's, else that of the student it names.

    Runs of the command line that name no student take the turns of one person.
    """
    return metadata.owner or metadata.by


@dataclass(frozen=True, kw_only=True)
class Turn:
    """When a waiting run has its turn."""

    run: Run
    round: int
    """0 for the current round."""

    @property
    def can_be_delayed(self) -> bool:
        """Whether somebody who queues a run now, their first in this round, goes first."""
        return self.round > 0


def in_turn(waiting: Iterable[WaitingRun], served: Iterable[str]) -> list[Turn]:
    """Sort the waiting runs by round, then by waiting time; `served` have had their turn."""
    rounds = Counter(set(served))  # the round of each person's next run
    turns = []
    for entry in sorted(waiting, key=lambda entry: (entry.queued_at, entry.run.id)):
        turns.append(Turn(run=entry.run, round=rounds[entry.person]))
        rounds[entry.person] += 1
    return sorted(turns, key=lambda turn: turn.round)


def read_served(folder: Path) -> list[str]:
    """Who has had a turn in the current round; nobody if the file is missing or damaged."""
    try:
        served = json.loads(_file(folder).read_bytes())
    except (OSError, ValueError):
        return []
    if not isinstance(served, list):
        return []
    return [person for person in served if isinstance(person, str)]


def record_turn(folder: Path, person: str) -> None:
    """Record that a run of this person starts; their second turn begins the next round.

    A turn that cannot be recorded, as on a full disk, is not counted.
    """
    lock = FileLock(folder / ".turns.lock")
    with suppress(OSError, Timeout), lock.acquire(timeout=LOCK_TIMEOUT_SECONDS):
        served = read_served(folder)
        served = [person] if person in served else [*served, person]
        atomic.write_json(_file(folder), served)


def forget(folder: Path) -> None:
    """Begin anew once nobody waits."""
    with suppress(OSError):
        _file(folder).unlink(missing_ok=True)


def _file(folder: Path) -> Path:
    return folder / ".turns.json"
