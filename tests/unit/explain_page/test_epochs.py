"""Which run the view of epochs opens with."""

import pytest

from fmnist_core.explain_page import epochs
from fmnist_core.runs import zoo
from fmnist_core.ui import run_list


@pytest.fixture
def save_epochs(make_run):
    """Make a finished run of a model with this number of saved epochs."""

    def make(number, *, model="cnn-lite"):
        run = make_run(model=model, finished=True)
        run.epochs_folder.mkdir()
        for epoch in range(1, number + 1):
            run.epoch_file(epoch).touch()
        return run

    return make


def ranked(picked=()):
    return [run.id for run in epochs.rank_runs(run_list.runs(), picked)]


def test_shipped_run_is_there():
    assert ranked() == [zoo.EPOCHS_RUN]


def test_a_run_with_one_epoch_is_never_among_them(save_epochs):
    assert save_epochs(1).id not in ranked()


def test_more_epochs_come_first_but_feature_maps_before_that(save_epochs):
    few, mlp = save_epochs(2), save_epochs(9, model="mlp")
    assert ranked() == [zoo.EPOCHS_RUN, few.id, mlp.id]


def test_a_picked_model_comes_first(save_epochs):
    few = save_epochs(2)
    assert ranked([few.id]) == [few.id, zoo.EPOCHS_RUN]
