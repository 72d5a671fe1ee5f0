"""All runs, as the pages list them; one look at the disk a second serves every browser."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from fmnist_core import paths
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import LabError
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import queue, store
from fmnist_core.runs.folder import Run, RunState
from fmnist_core.runs.report import Report
from fmnist_core.training.presets import preset_of
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import origin_words, watch

FRESH_SECONDS = 0.8


@dataclass(frozen=True, kw_only=True)
class Row:
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
        return self.recipe.weights if self.recipe else origin_words.SCRATCH

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
        origin = self.origin_words if self.origin_words != "from scratch" else ""
        drawn = "drawn garments" if self.data == "drawn" else ""
        return " · ".join(filter(None, [self.name, origin, drawn]))

    @property
    def origin_words(self) -> str:
        """`from scratch`, `from ImageNet`; one that has not begun only asks for it."""
        if self.started_from is not None:
            return f"from {origin_words.short(self.started_from)}"
        asked = origin_words.asked(self.weights)
        return "from scratch" if asked == origin_words.SCRATCH else f"asked: {asked}"

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


def rows() -> list[Row]:
    """Every run, newest first, those that ship last."""
    return _rows(paths.runs_folder(), paths.checkpoints_folder())


def entries() -> list[queue.Entry]:
    """What trains and what waits, in order."""
    return _entries(paths.runs_folder())


def forget() -> None:
    """Look at the disk anew, after an action of this browser."""
    _rows.clear()
    _entries.clear()


def by_id(run_id: str | None) -> Row | None:
    """The run of that id, or `None`."""
    return next((row for row in rows() if row.id == run_id), None)


def labels(among: Sequence[Row]) -> dict[str, str]:
    """A label for the id of each, no two alike: a list answers with labels, not with ids."""
    said = told_apart([row.label for row in among], among)
    return {row.id: label for row, label in zip(among, said, strict=True)}


def told_apart(said: Sequence[str], among: Sequence[Row]) -> list[str]:
    """What is said of each run, with the end of its id where it is said of several."""
    return [
        words if said.count(words) == 1 else f"{words} · {row.id[-4:]}"
        for words, row in zip(said, among, strict=True)
    ]


def finished(among: Iterable[Row]) -> list[Row]:
    """Those that have been tested, the most accurate first."""
    tested = [row for row in among if row.report is not None]
    return sorted(tested, key=lambda row: -(row.test_accuracy or 0))


def newest(among: list[Row]) -> Row | None:
    """The newest that trains, else the newest that is whole, else the newest."""
    training = [row for row in among if row.state is RunState.RUNNING]
    whole = [row for row in among if row.state is not RunState.DAMAGED]
    return next(iter(training or whole or among), None)


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=4, show_spinner=False)
def _rows(runs_folder: Path, checkpoints_folder: Path) -> list[Row]:
    folders = (runs_folder, checkpoints_folder)
    return [row_of(run) for run in store.list_runs(*folders)]


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=4, show_spinner=False)
def _entries(runs_folder: Path) -> list[queue.Entry]:
    return queue.entries(runs_folder)


def row_of(run: Run) -> Row:
    """What a list says of this run; a finished one is read once."""
    shipped = run.path.parent == paths.checkpoints_folder()
    files = (run.recipe_file, run.about_file, run.report_file)
    if run.report_file.exists():
        return _settled_row(run, tuple(_changed(file) for file in files), shipped=shipped)
    return _read_row(run, shipped=shipped)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


# Not Streamlit's cache: to look a run up in it takes five times as long as its files' times do.
@lru_cache(maxsize=1000)
def _settled_row(run: Run, changed: tuple[int, ...], *, shipped: bool) -> Row:  # noqa: ARG001
    return _read_row(run, shipped=shipped)


def _read_row(run: Run, *, shipped: bool) -> Row:
    try:
        state, about, recipe = run.state(), run.about(), run.recipe()
        report = run.report() if state is RunState.FINISHED else None
    except LabError:
        return Row(run=run, state=RunState.DAMAGED, name=run.id, shipped=shipped)
    began_from = report.started_from if report else _began_from(run)
    followed = preset_of(recipe) if report else None
    return Row(
        run=run,
        state=state,
        # A folder from elsewhere may say anything.
        name=store.clean_name(about.name) or run.id,
        by=store.clean_name(about.by),
        created=about.created,
        recipe=recipe,
        report=report,
        started_from=began_from,
        follows=followed.key if followed else None,
        shipped=shipped,
    )


def _began_from(run: Run) -> str | None:
    """What an unfinished run said when it began; nobody has begun one without events."""
    began = watch.past(run).started if run.events_file.exists() else None
    return began.started_from if began else None
