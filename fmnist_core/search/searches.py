"""A search is a folder beside the runs: what to search, its trials, and Optuna's own journal."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field

from fmnist_core import atomic, paths
from fmnist_core.errors import LabError, RecipeError, RunError, unknown_key
from fmnist_core.jobs.launch import start_module, wait_in_background
from fmnist_core.runs import locks, store
from fmnist_core.runs.json_files import read_model
from fmnist_core.runs.report import utc_now
from fmnist_core.search.dimensions import Dimension, Value, check_dimensions
from fmnist_core.training.recipe import Recipe

FOLDER = ".searches"
"""In the folder of runs; its name hides it from the list of runs."""
START_SECONDS = 60.0
"""A search whose process has not taken its lock after this long has no process."""
LOCK_TIMEOUT_SECONDS = 5
MIN_MINUTES, MAX_MINUTES = 0.5, 24 * 60


class SearchSpec(BaseModel):
    """`search.json`: what is searched, by whom, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    by: str = ""
    """The student who started it."""
    owner: str = ""
    """Pseudonymous id of the browser that started it; empty for the command line."""
    is_limited: bool = False
    """Whether its runs count toward the limits of one person."""
    created: str = Field(default_factory=utc_now)
    """UTC, ISO 8601."""
    preset: str
    recipe: Recipe
    dimensions: tuple[Dimension, ...]
    minutes: float
    """Time of all trials together, with their starts, without their waiting for other runs."""
    sampler: Literal["tpe", "random"] = "tpe"
    prunes: bool = True
    """Whether trials that look worse than most are stopped early."""
    seed: int = 0


class TrialState(StrEnum):
    """The state of a trial."""

    RUNNING = "running"
    COMPLETE = "complete"
    PRUNED = "stopped early"
    """It looked worse than most, or the time was used up."""
    FAILED = "failed"


class TrialResult(BaseModel):
    """One trial: the values that it tried, and how far its run came."""

    model_config = ConfigDict(frozen=True)

    number: int
    """From 0."""
    run: str
    """Id of its run; empty if none could be started."""
    state: TrialState
    values: dict[str, Value]
    accuracy: float | None = Field(default=None, ge=0, le=1)
    """Best validation accuracy so far."""
    epochs: int = 0
    seconds: float = 0.0
    """How long it has started and trained."""


class SearchProgress(BaseModel):
    """`progress.json`: what the process of a search last knew."""

    model_config = ConfigDict(frozen=True)

    trials: tuple[TrialResult, ...] = ()
    importances: dict[str, float] = {}
    """How much of the accuracy's variation each field explains, 0 to 1; empty with few trials."""
    seconds: float = 0.0
    """Of all trials together."""
    ended: Literal["", "time", "stopped", "error"] = ""
    """Why it ended; empty while it runs, or if its process died."""
    reason: str = ""
    """A sentence, if an error ended it."""

    @property
    def ranked(self) -> list[TrialResult]:
        """All trials, the most accurate first, of equal ones the earlier; unmeasured ones last."""
        return sorted(
            self.trials,
            key=lambda trial: (-(-1.0 if trial.accuracy is None else trial.accuracy), trial.number),
        )

    @property
    def best(self) -> TrialResult | None:
        """The first of `ranked`, if any trial has been measured."""
        return next((trial for trial in self.ranked if trial.accuracy is not None), None)


class SearchState(StrEnum):
    """The state of a search, derived from the files in its folder."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    FINISHED = "finished"
    DAMAGED = "damaged"

    @property
    def is_active(self) -> bool:
        return self in (SearchState.STARTING, SearchState.RUNNING)

    @property
    def is_resumable(self) -> bool:
        return self in (SearchState.STOPPED, SearchState.INTERRUPTED, SearchState.FAILED)


@dataclass(frozen=True)
class Search:
    """One search by its folder; every property and method reads the disk again."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def runs_folder(self) -> Path:
        """The folder of its trials' runs."""
        return self.path.parent.parent

    @property
    def journal_file(self) -> Path:
        return self.path / "journal.log"

    @property
    def log_file(self) -> Path:
        return self.path / "search.log"

    @property
    def stop_file(self) -> Path:
        """Exists once somebody has asked the search to stop."""
        return self.path / "stop"

    @property
    def lock_file(self) -> Path:
        return self.path / ".lock"

    def lock(self) -> FileLock:
        """The lock that the search's process holds."""
        return FileLock(self.lock_file)

    @property
    def _subject(self) -> str:
        """How sentences about its files begin."""
        return f"Search {self.id}"

    def spec(self) -> SearchSpec:
        """Read what is searched; raises `RunError` if it is missing or damaged."""
        return read_model(self.path / "search.json", SearchSpec, subject=self._subject)

    def progress(self) -> SearchProgress:
        """Read the trials so far; raises `RunError` if they are damaged."""
        if not (self.path / "progress.json").exists():
            return SearchProgress()
        return read_model(self.path / "progress.json", SearchProgress, subject=self._subject)

    def write_progress(self, progress: SearchProgress) -> None:
        """Replace the trials; raises `OSError`."""
        atomic.write_json(self.path / "progress.json", progress.model_dump())

    def state(self) -> SearchState:
        """Derive the state from the files and the lock."""
        # Before its progress is read: the process writes why it ends, and then lets the lock go.
        is_locked = locks.is_locked(self.lock_file)
        try:
            self.spec()
            ended = self.progress().ended
        except LabError:
            return SearchState.DAMAGED
        if is_locked:
            return SearchState.RUNNING
        match ended:
            case "time":
                return SearchState.FINISHED
            case "stopped":
                return SearchState.STOPPED
            case "error":
                return SearchState.FAILED
        is_starting = not self.lock_file.exists() and self._age() < START_SECONDS
        return SearchState.STARTING if is_starting else SearchState.INTERRUPTED

    def _age(self) -> float:
        """Seconds since it was started or resumed, as long as its process has written nothing."""
        files = (self.path / "search.json", self.path / "progress.json")
        return time.time() - max(file.stat().st_mtime for file in files if file.exists())


def list_searches(folder: Path | None = None) -> list[Search]:
    """Searches beside the runs in `folder`, the newest first."""
    parent = (folder or paths.runs_folder()) / FOLDER
    if not parent.is_dir():
        return []
    folders = (path for path in parent.iterdir() if path.is_dir() and path.name[0] != ".")
    return [Search(path) for path in sorted(folders, reverse=True)]


def get_search(search_id: str, folder: Path | None = None) -> Search:
    """The search with this id; raises `RunError`, which lists some known ids."""
    searches = list_searches(folder)
    for search in searches:
        if search.id == search_id:
            return search
    known = [search.id for search in searches]
    raise unknown_key(RunError, "search", search_id, known, max_listed=5)


def start_search(spec: SearchSpec, *, folder: Path | None = None) -> Search:
    """Create a search and start its process; raises `RecipeError` or `RunError`."""
    check_dimensions(spec.dimensions, spec.recipe)
    if not MIN_MINUTES <= spec.minutes <= MAX_MINUTES:
        raise RecipeError(
            f"minutes is {spec.minutes:g}; it must be from {MIN_MINUTES:g} to {MAX_MINUTES:g}.",
            field="minutes",
            value=spec.minutes,
        )
    parent = (folder or paths.runs_folder()) / FOLDER
    search = Search(parent / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}")
    spec = spec.model_copy(update={"name": store.clean_name(spec.name) or spec.preset})
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with FileLock(parent / ".lock").acquire(timeout=LOCK_TIMEOUT_SECONDS):
            if spec.is_limited:
                _check_no_other(spec.owner, parent.parent)
            search.path.mkdir()
            atomic.write_json(search.path / "search.json", spec.model_dump(mode="json"))
    except OSError as error:  # `Timeout` is one too
        raise RunError(f"No search can be saved: {error.strerror or error}.") from error
    _start_process(search)
    return search


def _check_no_other(owner: str, folder: Path) -> None:
    """Raise `RunError` if a search of this owner runs: each has a process of its own."""
    for search in list_searches(folder):
        if search.state().is_active and search.spec().owner == owner:
            raise RunError(
                "You already have a search that runs. Stop it, or wait until it has ended."
            )


def resume_search(search: Search) -> None:
    """Go on with a search that was stopped or interrupted; raises `RunError`."""
    try:
        with FileLock(search.path.parent / ".lock").acquire(timeout=LOCK_TIMEOUT_SECONDS):
            state = search.state()
            if not state.is_resumable:
                raise RunError(
                    f"Search {search.id} is {state}; only a stopped, interrupted or failed one "
                    "can go on."
                )
            if (spec := search.spec()).is_limited:
                _check_no_other(spec.owner, search.runs_folder)
            search.stop_file.unlink(missing_ok=True)
            search.write_progress(search.progress().model_copy(update={"ended": "", "reason": ""}))
            search.lock_file.unlink(missing_ok=True)  # nobody holds it; without it, it is starting
    except OSError as error:
        raise RunError(f"The search cannot go on: {error.strerror or error}.") from error
    _start_process(search)


def stop_search(search: Search) -> None:
    """Stop a search and the trial that trains; raises `RunError`."""
    if not search.state().is_active:
        raise RunError(f"Search {search.id} is {search.state()}, not running.")
    try:
        search.stop_file.touch()
    except OSError as error:
        raise RunError(f"The search cannot be stopped: {error.strerror or error}.") from error


def _start_process(search: Search) -> None:
    try:
        process = start_module("fmnist_core.search.searcher", str(search.path), log=search.log_file)
    except OSError as error:
        raise RunError(f"No search can be started: {error.strerror or error}.") from error
    wait_in_background(process)
