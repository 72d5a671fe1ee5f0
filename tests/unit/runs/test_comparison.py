"""Which runs can be set against each other, and how they are loaded."""

import numpy as np
import pytest

from fmnist_core.errors import RunError
from fmnist_core.runs import comparison as contests
from fmnist_core.runs import summary
from tests import factories


@pytest.fixture
def rows(make_finished_run):
    runs = [
        make_finished_run(run_id=f"run-{seed}", seed=seed, name=f"Run {seed}") for seed in range(3)
    ]
    return [summary.summarize(run) for run in runs]


def test_stored_answers_are_loaded(rows, balanced_labels):
    made = contests.Comparison(runs=tuple(contests.load_runs(rows)))
    assert made.probabilities.shape == (3, 200, 10)
    assert (made.labels == balanced_labels).all()
    for place, row in enumerate(rows):
        assert made.accuracies[place] == pytest.approx(row.test_accuracy)
        assert (made.confusions[place] == np.array(row.report.confusion)).all()
    assert list(made.pairs()) == [(0, 1), (0, 2), (1, 2)]


def test_names_are_told_apart(make_finished_run):
    runs = [make_finished_run(run_id=f"run-{seed}", name="CNN", by="Ada") for seed in range(2)]
    names = [each.name for each in contests.load_runs([summary.summarize(run) for run in runs])]
    assert len(set(names)) == 2


def test_other_test_images_are_another_group(rows, make_finished_run, balanced_labels):
    drawn = make_finished_run(run_id="drawn", data="drawn", labels=balanced_labels)
    shuffled = make_finished_run(run_id="shuffled", labels=balanced_labels[::-1].copy())
    every = [*rows, *map(summary.summarize, (drawn, shuffled))]
    groups = contests.group_by_test_set(contests.load_runs(every))
    assert [len(group) for group in groups] == [3, 1, 1]


def test_unfinished_run_is_refused(make_run):
    row = summary.summarize(make_run(*factories.training_events()))
    with pytest.raises(RunError, match="is interrupted: only finished runs can be compared"):
        contests.load_runs([row])


def test_run_without_answers_is_refused(make_run):
    row = summary.summarize(make_run(finished=True))
    with pytest.raises(RunError, match=r"has no predictions\.safetensors"):
        contests.load_runs([row])
