"""A run as lists show it, and labels that tell runs of the same name apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
"""Longer ids are shortened to their end, which is what tells them apart."""


def shorten_initial_weights(started_from: str) -> str:
    """`ImageNet` of `ImageNet (resnet50.a1_in1k)`, `run …3f2a` of a run's; `scratch` stays."""
    if found := re.match(r"run (\S+)", started_from):
        return f"run {_short_id(found[1])}"
    return started_from.partition(" (")[0]


def describe_requested_weights(weights: str) -> str:
    """A recipe's `weights` as a person says it."""
    if weights.startswith("run:"):
        return f"run {_short_id(weights.removeprefix('run:'))}"
    return "ImageNet" if weights == "imagenet" else weights


def _short_id(run_id: str) -> str:
    return run_id if len(run_id) <= MAX_ID_LENGTH else f"…{run_id[-4:]}"


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """What a list says of one run."""

    run: Run
    state: RunState
    name: str
    by: str = ""
    created: str = ""
    recipe: Recipe | None = None
    """`None` where the run is damaged."""
    report: Report | None = None
    """Of a finished run."""
    started_from: str | None = None
    """What its first weights truly were; `None` as long as it has not begun."""
    follows: str | None = None
    """The key of the preset that a finished run followed."""
    shipped: bool = False

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
        """What its recipe asks to start from."""
        return self.recipe.weights if self.recipe else SCRATCH

    @property
    def test_accuracy(self) -> float | None:
        return self.report.test_accuracy if self.report else None

    @property
    def active(self) -> bool:
        """Whether it trains or waits."""
        return self.state in (RunState.RUNNING, RunState.QUEUED)

    @property
    def title(self) -> str:
        """Its name, with what it started from and the mark of drawn garments."""
        origin = self.initial_weights_text if self.initial_weights_text != "from scratch" else ""
        drawn = "drawn garments" if self.data == "drawn" else ""
        return " · ".join(filter(None, [self.name, origin, drawn]))

    @property
    def initial_weights_text(self) -> str:
        """`from scratch`, `from ImageNet`; one that has not begun only asks for it."""
        if self.started_from is not None:
            return f"from {shorten_initial_weights(self.started_from)}"
        asked = describe_requested_weights(self.weights)
        return "from scratch" if asked == SCRATCH else f"asked: {asked}"

    @property
    def label(self) -> str:
        """Its title, its student and when, to tell it from others of the same name."""
        when = f"{self.created[5:10]} {self.created[11:16]}".strip()
        details = [self.by, "shipped with the lab" if self.shipped else when]
        return " · ".join([self.title, *filter(None, details)])

    @property
    def model_title(self) -> str:
        return MODELS[self.model].title if self.model in MODELS else self.model

    @property
    def family(self) -> str:
        return MODELS[self.model].family if self.model in MODELS else ""

    @property
    def data_title(self) -> str:
        return DATASET_TITLES[self.data] if self.data else ""


def disambiguate(said: Sequence[str], among: Sequence[RunSummary]) -> list[str]:
    """What is said of each run, with the end of its id where it is said of several."""
    return [
        words if said.count(words) == 1 else f"{words} · {row.id[-4:]}"
        for words, row in zip(said, among, strict=True)
    ]


def unique_labels(among: Sequence[RunSummary]) -> dict[str, str]:
    """A label for the id of each, no two alike: a list answers with labels, not with ids."""
    said = disambiguate([row.label for row in among], among)
    return {row.id: label for row, label in zip(among, said, strict=True)}


def finished_runs(among: Iterable[RunSummary]) -> list[RunSummary]:
    """Those that have been tested, the most accurate first."""
    tested = [row for row in among if row.report is not None]
    return sorted(tested, key=lambda row: -(row.test_accuracy or 0))


def newest_run(among: list[RunSummary]) -> RunSummary | None:
    """The newest that trains, else the newest that is whole, else the newest."""
    training = [row for row in among if row.state is RunState.RUNNING]
    whole = [row for row in among if row.state is not RunState.DAMAGED]
    return next(iter(training or whole or among), None)


def summarize(run: Run) -> RunSummary:
    """What a list says of this run; a finished one is read once."""
    shipped = run.path.parent == paths.checkpoints_folder()
    files = (run.recipe_file, run.metadata_file, run.report_file)
    if run.report_file.exists():
        return _read_finished(run, tuple(_modified(file) for file in files), shipped=shipped)
    return _read(run, shipped=shipped)


def _modified(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def read_started_from(run: Run, report: Report | None) -> str | None:
    """What the run's initial weights were; `None` if it has not started."""
    if report:
        return report.started_from
    started = event_log.first_start(run.events_file)
    return started.started_from if started else None


# Not Streamlit's cache: to look a run up in it takes five times as long as its files' times do.
@lru_cache(maxsize=1000)
def _read_finished(run: Run, changed: tuple[int, ...], *, shipped: bool) -> RunSummary:  # noqa: ARG001
    return _read(run, shipped=shipped)


def _read(run: Run, *, shipped: bool) -> RunSummary:
    try:
        state, about, recipe = run.state(), run.metadata(), run.recipe()
        report = run.report() if state is RunState.FINISHED else None
    except LabError:
        return RunSummary(run=run, state=RunState.DAMAGED, name=run.id, shipped=shipped)
    followed = matching_preset(recipe) if report else None
    return RunSummary(
        run=run,
        state=state,
        # A folder from elsewhere may say anything.
        name=store.clean_name(about.name) or run.id,
        by=store.clean_name(about.by),
        created=about.created,
        recipe=recipe,
        report=report,
        started_from=read_started_from(run, report),
        follows=followed.key if followed else None,
        shipped=shipped,
    )


def unique_names(rows: list[RunSummary]) -> list[str]:
    """A name for each run in a chart's legend, no two alike."""
    titles = [row.title for row in rows]
    labels = [row.label for row in rows]
    said = [
        title if titles.count(title) == 1 else label
        for title, label in zip(titles, labels, strict=True)
    ]
    return disambiguate(said, rows)
