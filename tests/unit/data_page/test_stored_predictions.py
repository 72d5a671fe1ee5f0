"""Stored predictions of runs for the images of the page, and accuracy on some of them."""

import numpy as np
import pytest

from fmnist_core.data_page import stored_predictions
from fmnist_core.data_page.stored_predictions import accuracies_on, get_probabilities
from fmnist_core.runs.summary import summarize


@pytest.fixture
def make_tested(make_finished_run):
    """A finished run, tested on 200 images of synthetic garments."""

    def make(**options):
        return summarize(make_finished_run(data="drawn", **options))

    return make


def test_the_first_images_are_those_of_the_page(make_tested, balanced_labels):
    found = get_probabilities(make_tested(), "drawn", balanced_labels[:50])
    assert found.shape == (50, 10)


def test_predictions_for_other_images_are_not_used(make_tested, balanced_labels):
    run = make_tested()
    assert get_probabilities(run, "fashion-mnist", balanced_labels) is None
    assert get_probabilities(run, "drawn", balanced_labels[::-1]) is None
    assert get_probabilities(run, "drawn", np.arange(900) % 10) is None


def test_a_damaged_run_has_none(make_tested, balanced_labels):
    run = make_tested()
    run.run.predictions_file.write_bytes(b"damaged")
    assert get_probabilities(run, "drawn", balanced_labels) is None
    run.run.predictions_file.unlink()
    assert get_probabilities(run, "drawn", balanced_labels) is None


def test_runs_are_compared_on_a_few_images(make_tested, balanced_labels, monkeypatch):
    monkeypatch.setattr(stored_predictions, "MAX_COMPARED", 2)
    tested = [make_tested(accuracy=accuracy, run_id=f"{accuracy}") for accuracy in (0.2, 1.0, 0.5)]
    found = accuracies_on(tested, "drawn", balanced_labels, np.arange(100))
    assert [one.run.id for one in found] == ["1.0", "0.2"]
    assert found[0].accuracy == 1
