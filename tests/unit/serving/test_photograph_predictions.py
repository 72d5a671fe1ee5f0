"""Predictions for the real photographs: made once, kept in the cache, never stale."""

import os

import numpy as np
import pytest

from fmnist_core import preprocessing
from fmnist_core.data import real_photographs
from fmnist_core.errors import RunError
from fmnist_core.runs import summary
from fmnist_core.serving import photograph_predictions
from fmnist_core.serving.photo_preprocessing import preprocess_photo
from tests import factories


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def three_photographs(monkeypatch):
    """A test set of three photographs."""
    photographs = real_photographs.load_photographs()[:3]
    monkeypatch.setattr(real_photographs, "load_photographs", lambda: photographs)
    return photographs


@pytest.fixture
def run(make_finished_run):
    run = make_finished_run()
    run.weights_file.write_bytes(b"weights")
    return run


def test_photographs_are_preprocessed_as_uploads_are(three_photographs):
    assert photograph_predictions.load_images() is None
    assert photograph_predictions.preprocessing_progress() == 0
    images = photograph_predictions.preprocess_images()
    for image, photograph in zip(images, three_photographs, strict=True):
        assert (image == preprocess_photo(photograph.read()).image).all()
    assert photograph_predictions.preprocessing_progress() == 1


@pytest.mark.usefixtures("three_photographs")
def test_photographs_are_preprocessed_once(monkeypatch):
    images = photograph_predictions.preprocess_images()
    monkeypatch.setattr(photograph_predictions, "preprocess_photo", lambda _: pytest.fail("again"))
    assert (photograph_predictions.preprocess_images() == images).all()


def test_predictions_are_kept(run):
    assert photograph_predictions.load_predictions(run) is None
    factories.write_photograph_predictions(run, accuracy=0.5)
    kept = photograph_predictions.load_predictions(run)
    assert (kept == factories.photograph_probabilities(accuracy=0.5)).all()


def test_other_weights_make_them_stale(run):
    factories.write_photograph_predictions(run)
    os.utime(run.weights_file, ns=(1, 1))
    assert photograph_predictions.load_predictions(run) is None


def test_other_preprocessing_makes_them_stale(run, tmp_path, monkeypatch):
    factories.write_photograph_predictions(run)
    (tmp_path / "photo.py").write_text("# another way\n")
    monkeypatch.setattr(preprocessing, "__path__", [str(tmp_path)])
    assert photograph_predictions.load_predictions(run) is None
    assert photograph_predictions.load_images() is None


@pytest.mark.parametrize("contents", [b"", b"nothing"])
def test_damaged_predictions_are_made_again(run, contents):
    factories.write_photograph_predictions(run)
    photograph_predictions.predictions_file(run).write_bytes(contents)
    assert photograph_predictions.load_predictions(run) is None


def test_predictions_that_are_no_numbers_are_not_used(run):
    factories.write_photograph_predictions(run)
    photograph_predictions.evaluate(run, lambda images: np.full((len(images), 10), np.nan))
    assert photograph_predictions.load_predictions(run) is None


def test_run_without_weights_is_an_error_for_users(make_finished_run):
    with pytest.raises(RunError, match="has no weights"):
        photograph_predictions.load_predictions(make_finished_run())


def test_runs_are_compared_once_all_are_tested(make_finished_run):
    runs = [summary.summarize(make_finished_run(run_id=f"run-{seed}")) for seed in range(2)]
    factories.write_photograph_predictions(runs[0].run, accuracy=0.4)
    assert photograph_predictions.load_comparison(runs, ["A", "B"]) is None
    factories.write_photograph_predictions(runs[1].run, accuracy=0.9)
    comparison = photograph_predictions.load_comparison(runs, ["A", "B"])
    assert comparison.names == ("A", "B")
    assert comparison.accuracies[1] > comparison.accuracies[0]
