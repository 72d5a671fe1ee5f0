"""The background job that tests a run on the real photographs."""

import sys

import numpy as np
import pytest

from fmnist_core.data import real_photographs
from fmnist_core.runs import zoo
from fmnist_core.serving import evaluate_photographs, photograph_predictions

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def _few_photographs(tmp_path, monkeypatch):
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    photographs = real_photographs.load_photographs()[:3]
    monkeypatch.setattr(real_photographs, "load_photographs", lambda: photographs)


def test_predictions_of_an_example_model_are_kept(monkeypatch, capsys):
    run = zoo.get_checkpoint("mlp")
    monkeypatch.setattr(sys, "argv", ["evaluate_photographs", str(run.path)])
    evaluate_photographs.main()
    probabilities = photograph_predictions.load_predictions(run)
    assert probabilities.shape == (3, 10)
    assert "mlp: " in capsys.readouterr().out
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_damaged_run_ends_with_a_sentence(make_finished_run, monkeypatch):
    run = make_finished_run()
    run.weights_file.write_bytes(b"nothing")
    monkeypatch.setattr(sys, "argv", ["evaluate_photographs", str(run.path)])
    with pytest.raises(SystemExit, match="cannot be read"):
        evaluate_photographs.main()


def test_model_that_predicts_no_numbers_is_damaged(monkeypatch):
    def predict(_model, images, **_):
        import torch

        return torch.from_numpy(np.full((len(images), 10), np.nan))

    monkeypatch.setattr(evaluate_photographs, "predict_probabilities", predict)
    run = zoo.get_checkpoint("mlp")
    monkeypatch.setattr(sys, "argv", ["evaluate_photographs", str(run.path)])
    with pytest.raises(SystemExit, match="predicts no numbers"):
        evaluate_photographs.main()
