"""`compare`: compare the example models."""

import numpy as np
import pytest

from fmnist_core.data import real_photographs
from fmnist_core.runs import predictions, zoo
from fmnist_core.serving import photograph_predictions
from tests import factories


def test_better_run_is_named(run_command):
    result = run_command("compare", "cnn", "mlp")
    first, second = (zoo.get_checkpoint(model).report().test_accuracy for model in ("cnn", "mlp"))
    assert f"CNN is better than MLP by {100 * (first - second):.2f} percentage points" in result.out
    assert f"{first:.2%}" in result.out


def test_every_pair_in_json(run_command):
    facts = run_command("compare", "cnn", "mlp", "cnn-lite", "--json").facts
    pairs = [(pair["first"], pair["second"]) for pair in facts["pairs"]]
    assert pairs == [("cnn", "mlp"), ("cnn", "cnn-lite"), ("mlp", "cnn-lite")]
    first, second = (
        predictions.load_predictions(zoo.get_checkpoint(model)) for model in ("cnn", "mlp")
    )
    correct = [each.probabilities.argmax(axis=1) == each.labels for each in (first, second)]
    assert set(facts["pairs"][0]) == {
        "first", "second", "both_right", "only_first", "only_second", "both_wrong",
        "num_differing", "p_value", "adjusted_p_value", "interval",
    }  # fmt: skip
    assert facts["pairs"][0]["only_first"] == (correct[0] & ~correct[1]).sum()
    assert [run["Run"] for run in facts["runs"]] == ["CNN", "MLP", "CNN-lite"]


def test_page_is_written(run_command, tmp_path):
    page = tmp_path / "page.html"
    result = run_command("compare", "cnn", "mlp", "--html", str(page))
    assert str(page) in result.out
    assert page.read_text().startswith("<!doctype html>")


def test_runs_are_compared_on_the_real_photographs(run_command, monkeypatch, tmp_path):
    images = np.zeros((len(real_photographs.load_photographs()), 28, 28), dtype=np.uint8)
    monkeypatch.setattr(photograph_predictions, "preprocess_images", lambda: images)
    monkeypatch.setattr(photograph_predictions, "_folder", lambda: tmp_path)
    result = run_command("compare", "cnn", "mlp", "--tested", "photographs")
    known = real_photographs.known_photographs()
    assert f"On {len(known)} real photographs, and on each run's own test set:" in result.out
    for model in ("cnn", "mlp"):  # an empty image has one class for each model
        label = int(photograph_predictions.load_predictions(zoo.get_checkpoint(model))[0].argmax())
        accuracy = sum(label in photograph.accepted for photograph in known) / len(known)
        assert f"{accuracy:.2%}" in result.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cnn"], "Name 2 to 6 different runs to compare."),
        (["cnn", "cnn"], "Name 2 to 6 different runs to compare."),
        (["cnn", "nobody"], "No run 'nobody'."),
    ],
)
def test_mistakes_are_said_in_a_sentence(run_command, words, said):
    result = run_command("compare", *words)
    assert result.status == 2
    assert said in result.err


def test_unfinished_run_is_refused(run_command, make_run):
    run = make_run(factories.started(), factories.stopped())
    result = run_command("compare", "cnn", run.id)
    assert result.status == 2
    assert "is stopped: only finished runs can be compared" in result.err
