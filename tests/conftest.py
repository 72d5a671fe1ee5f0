"""Fixtures of all tests: folders of their own, and factories bound to them."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from fmnist_core.data import sources
from fmnist_core.jobs import measurements, queue, watchdog
from fmnist_core.models import pretrained_files
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.run import Run
from fmnist_core.training import events
from fmnist_core.training.presets import get_preset
from fmnist_core.training.recipe import Recipe
from tests import factories
from tests.factories import MakeComparison, MakeRun


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """A cache for the whole session, linked to this machine's cache of Fashion-MNIST."""
    folder = tmp_path_factory.mktemp("cache")
    cached = sources.fashion_mnist_cache()
    if cached.is_dir():
        with suppress(OSError):  # Windows lets only some users create links
            (folder / cached.name).symlink_to(cached.absolute())
    return folder


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, shared_cache, monkeypatch):
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(shared_cache))


@pytest.fixture(autouse=True)
def _no_watchdog(monkeypatch):
    """Pages that a test draws in its own process start no training of runs that wait."""
    monkeypatch.setattr(watchdog, "start", lambda *_: None)


@pytest.fixture
def no_cookies(monkeypatch):
    """A browser that has kept nothing; AppTest's own cookies are mocks."""
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.cookies", {})


def pytest_runtest_setup(item):
    """Without Fashion-MNIST, skip tests that need it; in CI, fail them."""
    if item.get_closest_marker("real_data") and sources.available_source() is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("Fashion-MNIST is missing: python -m fmnist_core data fetch")


@pytest.fixture(scope="session")
def one_core(tmp_path_factory):
    """A cgroup file that limits a container to one core."""
    limit = tmp_path_factory.mktemp("cgroup") / "cpu.max"
    limit.write_text("100000 100000")
    return limit


@pytest.fixture
def one_thread(one_core, monkeypatch):
    """Compute with one thread: on batches this small, more would only wait for each other."""
    monkeypatch.setattr("fmnist_core.training.devices.CGROUP_LIMIT", one_core)


@pytest.fixture
def recipe() -> Recipe:
    return Recipe.parse({"model": "mlp", "data": "drawn", "epochs": 3})


@pytest.fixture
def no_dispatcher(monkeypatch):
    """Start no dispatcher, so that queued runs wait; the folders it was asked to serve."""
    folders = []
    monkeypatch.setattr(queue, "ensure_dispatcher", folders.append)
    return folders


@pytest.fixture
def runs_folder(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def make_run(runs_folder: Path) -> MakeRun:
    """`factories.make_run` in this test's runs folder."""
    return lambda *logged, **options: factories.make_run(runs_folder, *logged, **options)


@pytest.fixture
def make_finished_run(make_run: MakeRun, balanced_labels: np.ndarray) -> MakeRun:
    """A finished run folder with stored predictions."""

    def make(
        *logged: events.LoggedEvent,
        accuracy: float = 0.8,
        seed: int = 0,
        labels: np.ndarray | None = None,
        **options: object,
    ) -> Run:
        run = make_run(*logged, finished=True, **options)
        labels = balanced_labels if labels is None else labels
        probabilities = factories.random_probabilities(labels, accuracy=accuracy, seed=seed)
        factories.write_predictions(run, labels, probabilities)
        return run

    return make


@pytest.fixture
def make_comparison(tmp_path: Path) -> MakeComparison:
    """A comparison from labels and each run's predictions: classes, or probabilities [N, 10]."""

    def make(
        labels: Sequence[int],
        *predictions: Sequence[int] | np.ndarray,
        names: Sequence[str] = "ABCDEF",
        recipes: Sequence[Recipe] = (),
    ) -> Comparison:
        runs = []
        for index, predicted in enumerate(predictions):
            probabilities = np.asarray(predicted, dtype=np.float32)
            if probabilities.ndim == 1:
                probabilities = factories.probabilities_for(predicted)
            compared = factories.compared_run(
                Run(tmp_path / f"run-{index}"),
                recipes[index] if recipes else get_preset("mlp-quick").recipe,
                np.array(labels, dtype=np.int64),
                probabilities,
                name=names[index],
            )
            runs.append(compared)
        return Comparison(runs=tuple(runs))

    return make


@pytest.fixture
def balanced_labels() -> np.ndarray:
    """Labels of 200 images, 20 of each class."""
    return np.arange(200) % 10


@pytest.fixture
def six_runs(make_comparison: MakeComparison, balanced_labels: np.ndarray) -> Comparison:
    """A comparison of six runs, from bad to good."""
    predictions = [
        factories.random_probabilities(balanced_labels, accuracy=accuracy, seed=seed)
        for seed, accuracy in enumerate((0.4, 0.5, 0.6, 0.7, 0.8, 0.9))
    ]
    return make_comparison(list(balanced_labels), *predictions)


@pytest.fixture
def empty_lab(tmp_path: Path, runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No data, no runs, empty caches, and a hub that has all ImageNet weights."""
    monkeypatch.setattr(pretrained_files, "_is_on_hub", lambda _: True)
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(runs_folder))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
    monkeypatch.setattr(measurements, "request_latencies", lambda _: None)
    monkeypatch.setattr(measurements, "is_measuring_latencies", lambda: True)
    import streamlit as st

    st.cache_data.clear()
    st.cache_resource.clear()
