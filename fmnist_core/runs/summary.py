"""Summaries of runs for lists, and unique labels for runs of the same name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from fmnist_core import paths
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import LabError
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import event_log, store
from fmnist_core.runs.report import Report
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training.presets import matching_preset
from fmnist_core.training.recipe import Recipe

SCRATCH = "scratch"
MAX_ID_LENGTH = 12
"""Longer ids are shortened to their last characters, which differ between runs."""


def shorten_initial_weights(started_from: str) -> str:
    """Shorten a report's `started_from`.

    `ImageNet (resnet50.a1_in1k)` becomes `ImageNet`, a run `run …3f2a`; `scratch` stays.
    """
    if match := re.match(r"run (\S+)", started_from):
        return f"run {_short_id(match[1])}"
    return started_from.partition(" (")[0]


def describe_requested_weights(weights: str) -> str:
    """Text for a recipe's `weights`: `scratch`, `ImageNet` or `run …3f2a`."""
    if weights.startswith("run:"):
        return f"run {_short_id(weights.removeprefix('run:'))}"
    return "ImageNet" if weights == "imagenet" else weights


def _short_id(run_id: str) -> str:
    return run_id if len(run_id) <= MAX_ID_LENGTH else f"…{run_id[-4:]}"


def local_time(created: str, *, now: datetime | None = None) -> str:
    """When a run was created, in the server's time zone, from a UTC time in ISO 8601.

    `today, 11:14`, `Nov 24, 11:14`, or `Nov 24, 2025, 11:14` in another year; empty if invalid.
    """
    try:
        time = datetime.fromisoformat(created)
        local = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone()
    except (ValueError, OverflowError, OSError):  # a folder from another machine may hold any text
        return ""
    today = (now or datetime.now(UTC)).astimezone().date()
    if local.date() == today:
        return f"today, {local:%H:%M}"
    year = "" if local.year == today.year else f", {local.year}"
    return f"{local:%b} {local.day}{year}, {local:%H:%M}"


def _join(*parts: str) -> str:
    return " · ".join(filter(None, parts))


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """The facts about a run that lists display."""

    run: Run
    state: RunState
    name: str
    by: str = ""
    owner: str = ""
    """Pseudonymous id of the browser that started it."""
    created: str = ""
    """UTC, ISO 8601."""
    recipe: Recipe | None = None
    """`None` for a damaged run."""
    report: Report | None = None
    """Of a finished run."""
    started_from: str | None = None
    """The initial weights it really used; `None` until it starts."""
    preset_key: str | None = None
    """The preset whose recipe a finished run followed."""
    is_example: bool = False
    """Whether it is an example model of this project."""
    is_imported: bool = False
    """Whether it was imported from a file: nothing proves that it was trained as it says."""
    search: str = ""
    """Id of the search whose trial it is; empty if somebody started it."""
    is_pinned: bool = False
    """Whether it is kept when the oldest runs are deleted to free space."""

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def model(self) -> str:
        return self.recipe.model if self.recipe else ""

    @property
    def data(self) -> DatasetKey | None:
        return self.recipe.data if self.recipe else None

    @property
    def weights(self) -> str:
        """The initial weights that its recipe requests."""
        return self.recipe.weights if self.recipe else SCRATCH

    @property
    def test_accuracy(self) -> float | None:
        return self.report.test_accuracy if self.report else None

    @property
    def is_active(self) -> bool:
        """Whether it trains or waits."""
        return self.state in (RunState.RUNNING, RunState.QUEUED)

    @property
    def title(self) -> str:
        """Its name, initial weights unless from scratch, and data set if synthetic."""
        weights = self.initial_weights_text
        synthetic = self.data_title.lower() if self.data == "drawn" else ""
        return _join(self.name, "" if weights == "from scratch" else weights, synthetic)

    @property
    def initial_weights_text(self) -> str:
        """`from scratch` or `from ImageNet`; before the start also `will use ImageNet`."""
        if self.started_from is not None:
            return f"from {shorten_initial_weights(self.started_from)}"
        requested = describe_requested_weights(self.weights)
        return "from scratch" if requested == SCRATCH else f"will use {requested}"

    @property
    def by_title(self) -> str:
        """Its student, if it has one, and its title: `Ada · Quick MLP`."""
        return _join(self.by, self.title)

    @property
    def label(self) -> str:
        """Its student and title, and where it is from: `CNN · example`, `CNN · imported`."""
        origin = "example" if self.is_example else "imported" if self.is_imported else ""
        return _join(self.by_title, origin)

    @property
    def model_title(self) -> str:
        return MODELS[self.model].title if self.model in MODELS else self.model

    @property
    def family(self) -> str:
        return MODELS[self.model].family if self.model in MODELS else ""

    @property
    def data_title(self) -> str:
        return DATASET_TITLES[self.data] if self.data else ""


def disambiguate(labels: Sequence[str], runs: Sequence[RunSummary]) -> list[str]:
    """One label per run; appends the time to equal ones, and to those still equal the id's end."""
    dated = [
        label if labels.count(label) == 1 else _join(label, local_time(run.created))
        for label, run in zip(labels, runs, strict=True)
    ]
    return [
        label if dated.count(label) == 1 else _join(label, run.id[-4:])
        for label, run in zip(dated, runs, strict=True)
    ]


def unique_labels(runs: Sequence[RunSummary]) -> dict[str, str]:
    """A unique label by run id: a widget returns labels, not ids."""
    labels = disambiguate([run.label for run in runs], runs)
    return {run.id: label for run, label in zip(runs, labels, strict=True)}


def unique_names(runs: Sequence[RunSummary]) -> list[str]:
    """A unique name per run for legends and tables: student and title, and more if equal."""
    titles = [run.by_title for run in runs]
    names = [run.by_title if titles.count(run.by_title) == 1 else run.label for run in runs]
    return disambiguate(names, runs)


def finished_runs(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """The finished runs, the most accurate first."""
    finished = [run for run in runs if run.report is not None]
    return sorted(finished, key=lambda run: -(run.test_accuracy or 0))


def best_run(runs: Iterable[RunSummary]) -> RunSummary | None:
    """The most accurate finished run, one on Fashion-MNIST before any on synthetic garments."""
    return max(finished_runs(runs), key=lambda run: run.data != "drawn", default=None)


def newest_run(runs: Sequence[RunSummary]) -> RunSummary | None:
    """The newest run that trains, else the newest undamaged run, else the newest."""
    training = [run for run in runs if run.state is RunState.RUNNING]
    undamaged = [run for run in runs if run.state is not RunState.DAMAGED]
    return next(iter(training or undamaged or runs), None)


def summarize(run: Run) -> RunSummary:
    """Summarize a run; a finished one is read again only when its files change."""
    is_example = run.path.parent == paths.checkpoints_folder()
    if not run.report_file.exists():
        return _read(run, is_example=is_example)
    files = (run.recipe_file, run.metadata_file, run.report_file)
    return _read_finished(run, tuple(map(_modification_time, files)), is_example=is_example)


def _modification_time(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def read_started_from(run: Run, report: Report | None) -> str | None:
    """The initial weights that the run really used; `None` if it has not started."""
    if report:
        return report.started_from
    started = event_log.first_start(run.events_file)
    return started.started_from if started else None


# Not Streamlit's cache: a lookup in it takes five times as long as reading the modification times.
@lru_cache(maxsize=1000)
def _read_finished(run: Run, modified: tuple[int, ...], *, is_example: bool) -> RunSummary:  # noqa: ARG001
    return _read(run, is_example=is_example)


def _read(run: Run, *, is_example: bool) -> RunSummary:
    try:
        state, metadata, recipe = run.state(), run.metadata(), run.recipe()
        report = run.report() if state is RunState.FINISHED else None
    except LabError:
        return RunSummary(run=run, state=RunState.DAMAGED, name=run.id, is_example=is_example)
    preset = matching_preset(recipe) if report else None
    return RunSummary(
        run=run,
        state=state,
        # A folder from another machine may hold any text.
        name=store.clean_name(metadata.name) or run.id,
        by=store.clean_name(metadata.by),
        owner=metadata.owner,
        created=metadata.created,
        recipe=recipe,
        report=report,
        started_from=read_started_from(run, report),
        preset_key=preset.key if preset else None,
        is_example=is_example,
        is_imported=bool(metadata.imported),
        search=metadata.search,
        is_pinned=metadata.pinned,
    )
