"""Fixtures of all tests: folders of their own, and builders of runs, events and comparisons."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save_file

from fmnist_core import atomic
from fmnist_core.data import sources
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.jobs import measurements, queue
from fmnist_core.models import pretrained_files
from fmnist_core.runs import store
from fmnist_core.runs.comparison import ComparedRun, Comparison
from fmnist_core.runs.predictions import Predictions
from fmnist_core.runs.report import ClassFigures, Environment, Report, now
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training import events
from fmnist_core.training.presets import preset
from fmnist_core.training.recipe import Recipe
from tests import factories
from tests.factories import MakeRun, random_answers, reported, sure, write_run

MakeContest = Callable[..., Comparison]
MakeAnswered = Callable[..., Run]
RECIPE = Recipe.parse({"model": "mlp", "data": "drawn", "epochs": 3})
REPORT = Report(
    model="mlp",
    data="drawn",
    num_train=11_000,
    num_validation=1_000,
    num_test=2_000,
    started_from="scratch",
    test_accuracy=0.875,
    test_loss=0.4,
    macro_f1=0.87,
    confusion=[[20] * 10] * 10,
    classes=[
        ClassFigures(name=name, precision=0.9, recall=0.8, f1=0.85, support=200) for name in CLASSES
    ],
    validation_accuracy=0.88,
    best_epoch=2,
    epochs_done=3,
    parameters=1_000,
    flops_per_image=2_000,
    train_seconds=12.0,
    finished_at=now(),
    environment=Environment(
        device="a processor", precision="float32", threads=2, python="3", torch="2", system="Linux"
    ),
)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """A cache for the whole session; what this machine has of the real data is seen there too."""
    folder = tmp_path_factory.mktemp("cache")
    kept = sources.fashion_mnist_cache()
    if kept.is_dir():
        with suppress(OSError):  # Windows lets only some people link
            (folder / kept.name).symlink_to(kept.absolute())
    return folder


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, shared_cache, monkeypatch):
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(shared_cache))


def pytest_runtest_setup(item):
    """Without the data set its tests are skipped on a desk and fail in CI."""
    if item.get_closest_marker("real_data") and sources.serving_source() is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("Fashion-MNIST is not here: python -m fmnist_core data fetch")


@pytest.fixture(scope="session")
def one_core(tmp_path_factory):
    """What a container's limit of one core looks like."""
    limit = tmp_path_factory.mktemp("cgroup") / "cpu.max"
    limit.write_text("100000 100000")
    return limit


@pytest.fixture
def one_thread(one_core, monkeypatch):
    """On batches this small more threads only wait for each other."""
    monkeypatch.setattr("fmnist_core.training.devices.CGROUP_LIMIT", one_core)


@pytest.fixture
def recipe():
    return RECIPE


@pytest.fixture
def finish():
    """What a worker does last: write the report."""
    return lambda run: atomic.write_json(run.report_file, REPORT.model_dump())


@pytest.fixture
def no_dispatcher(monkeypatch):
    """Nothing that is queued begins; gives the list of folders that somebody should work."""
    asked = []
    monkeypatch.setattr(queue, "ensure_dispatcher", asked.append)
    return asked


@pytest.fixture
def record_run(tmp_path, finish):
    """A new run with these events; `finished` adds a report."""

    def make(*lines, name="a run", finished=False, **options):
        run = store.create(RECIPE, name=name, folder=tmp_path / "runs", **options)
        for line in lines:
            run.record(line)
        if finished:
            finish(run)
        return run

    return make


@pytest.fixture
def told():
    """One event of each kind, short to write."""
    place = {"epoch": 1.0, "seconds": 2.0}
    return SimpleNamespace(
        queued=lambda at="2026-01-01T00:00:00.000+00:00": events.Queued(at=at),
        started=lambda step=0: events.Started(
            step=step,
            seconds=0.0,
            parameters=1_000,
            steps_per_epoch=10,
            num_train=11_000,
            num_validation=1_000,
            device="a processor",
            precision="float32",
            threads=2,
            started_from="scratch",
        ),
        step=lambda step, eta=30.0: events.Step(
            step=step,
            **place,
            loss=0.5,
            accuracy=0.8,
            learning_rate=0.1,
            images_per_second=100.0,
            eta_seconds=eta,
        ),
        epoch=lambda epoch: events.Epoch(
            step=10 * epoch,
            epoch=epoch,
            seconds=2.0 * epoch,
            train_loss=0.5,
            train_accuracy=0.8,
            validation_loss=0.6,
            validation_accuracy=0.75,
            confusion=[[10] * 10] * 10,
            best=True,
        ),
        warned=lambda: events.TrainingWarning(step=1, **place, message="The loss has exploded."),
        stopped=lambda: events.Stopped(reason="Somebody stopped it."),
        failed=lambda: events.Failed(reason="Memory ran out.", traceback="Traceback …"),
        interrupted=lambda: events.Interrupted(reason="It was killed."),
    )


@pytest.fixture
def story() -> SimpleNamespace:
    """What tests need to tell a run's events."""
    return SimpleNamespace(
        told=factories.told,
        turned=factories.turned,
        step=factories.step,
        epoch=factories.epoch,
        started=factories.started,
        began=factories.began,
        features=factories.features,
    )


@pytest.fixture
def runs_folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def make_run(runs_folder: Path) -> MakeRun:
    """`write_run` in this test's runs folder."""

    def make(run_id: str = "20261120-100000-000-aaaa", **options: object) -> Run:
        return write_run(runs_folder, run_id, **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def make_contest(tmp_path: Path) -> MakeContest:
    """Labels, then each run's answers (classes, or probabilities [N, 10])."""

    def make(
        labels: Sequence[int],
        *answers: Sequence[int] | np.ndarray,
        names: Sequence[str] = "ABCDEF",
        recipes: Sequence[Recipe] = (),
    ) -> Comparison:
        truth = np.array(labels, dtype=np.int64)
        entrants = []
        for place, given in enumerate(answers):
            probabilities = np.asarray(given, dtype=np.float32)
            if probabilities.ndim == 1:
                probabilities = sure(list(given))
            recipe = recipes[place] if recipes else preset("mlp-quick").recipe
            row = RunSummary(
                run=Run(tmp_path / f"run-{place}"),
                state=RunState.FINISHED,
                name=names[place],
                recipe=recipe,
                report=reported(recipe, truth, probabilities),
                started_from="scratch",
            )
            predictions = Predictions(probabilities=probabilities, labels=truth)
            entrants.append(ComparedRun(row=row, name=names[place], predictions=predictions))
        return Comparison(entrants=tuple(entrants))

    return make


@pytest.fixture
def balanced() -> np.ndarray:
    """Labels of 200 images, every class alike."""
    return np.arange(200) % 10


@pytest.fixture
def six(make_contest: MakeContest, balanced: np.ndarray) -> Comparison:
    """Six runs, from bad to good."""
    shares = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    return make_contest(
        list(balanced),
        *(random_answers(balanced, right=right, seed=seed) for seed, right in enumerate(shares)),
    )


@pytest.fixture
def make_answered(make_run: MakeAnswered, balanced: np.ndarray) -> MakeAnswered:
    """A finished run folder with stored predictions."""

    def make(
        run_id: str,
        *,
        right: float = 0.8,
        seed: int = 0,
        labels: np.ndarray | None = None,
        **options: object,
    ) -> Run:
        run = make_run(run_id, finished=True, **options)
        truth = balanced if labels is None else labels
        probabilities = random_answers(truth, right=right, seed=seed)
        save_file(
            {"probabilities": probabilities.astype(np.float16), "labels": truth.astype(np.uint8)},
            run.predictions_file,
        )
        written = reported(run.recipe(), truth, probabilities)
        atomic.write_json(run.report_file, written.model_dump())
        return run

    return make


@pytest.fixture
def empty_lab(tmp_path: Path, runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data, no runs, no caches left by another test, and a hub that has everything."""
    monkeypatch.setattr(pretrained_files, "_answers_now", lambda _: True)
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(runs_folder))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
    monkeypatch.setattr(measurements, "request_latencies", lambda _: None)
    monkeypatch.setattr(measurements, "is_measuring_latencies", lambda: True)
    import streamlit as st

    st.cache_data.clear()
    st.cache_resource.clear()
