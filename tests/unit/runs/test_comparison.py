"""Load runs for a comparison, and group those tested on the same images."""

import numpy as np
import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs import comparison, summary
from tests import factories


@pytest.fixture
def runs(make_finished_run):
    return [
        summary.summarize(make_finished_run(run_id=f"run-{seed}", seed=seed, name=f"Run {seed}"))
        for seed in range(3)
    ]


def test_stored_predictions_are_loaded(runs, balanced_labels):
    loaded = comparison.Comparison(runs=tuple(comparison.load_runs(runs)))
    assert loaded.probabilities.shape == (3, 200, 10)
    assert (loaded.labels == balanced_labels).all()
    for index, run in enumerate(runs):
        assert loaded.accuracies[index] == pytest.approx(run.test_accuracy)
        assert (loaded.confusions[index] == np.array(run.report.confusion)).all()


def test_names_are_unique(make_finished_run):
    runs = [make_finished_run(run_id=f"run-{seed}", name="CNN", by="Ada") for seed in range(2)]
    loaded = comparison.load_runs([summary.summarize(run) for run in runs])
    assert len({run.name for run in loaded}) == 2


def test_runs_are_grouped_by_test_images(runs, make_finished_run, balanced_labels):
    drawn = make_finished_run(run_id="drawn", data="drawn", labels=balanced_labels)
    shuffled = make_finished_run(run_id="shuffled", labels=balanced_labels[::-1].copy())
    every = [*runs, *map(summary.summarize, (drawn, shuffled))]
    groups = comparison.group_by_test_set(comparison.load_runs(every))
    assert [len(group) for group in groups] == [3, 1, 1]


def test_unfinished_run_is_refused(make_run):
    run = summary.summarize(make_run(*factories.training_events()))
    with pytest.raises(RunError, match="is interrupted: only finished runs can be compared"):
        comparison.load_runs([run])


def test_run_without_predictions_is_refused(make_run):
    run = summary.summarize(make_run(finished=True))
    with pytest.raises(RunError, match=r"has no predictions\.safetensors"):
        comparison.load_runs([run])
