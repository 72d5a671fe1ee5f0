"""A run's out-of-distribution detector on disk."""

import pytest
import torch

from fmnist_core.errors import RunError
from fmnist_core.runs import ood_detector, weights
from fmnist_core.training.state import build_model
from tests import factories

NUM_FEATURES = 256
"""Of the MLP."""


@pytest.fixture
def run(make_run):
    """A finished run with random weights and a detector."""
    run = make_run(finished=True)
    model = build_model(run.recipe(), torch.device("cpu"))
    weights.write_tensors(run.weights_file, model.state_dict())
    ood_detector.fit_and_save(run, factories.synthetic_dataset(300, 100, 1, seed=1))
    return run


@pytest.mark.parametrize("damage", ["classes", "threshold"])
def test_tensors_of_another_shape_are_an_error(run, damage):
    tensors, _ = weights.read_tensors(run.ood_detector_file)
    changed = {
        "classes": {"means": tensors["means"][:5]},
        "threshold": {"threshold": torch.ones(3)},
    }
    weights.write_tensors(run.ood_detector_file, tensors | changed[damage])
    with pytest.raises(RunError, match="is not an out-of-distribution detector"):
        ood_detector.load(run, num_features=NUM_FEATURES)


def test_run_without_a_detector_has_none(make_run):
    assert ood_detector.load(make_run(finished=True), num_features=NUM_FEATURES) is None
