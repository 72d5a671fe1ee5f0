"""Finished runs with random weights, and images to predict."""

import pytest
import torch

from fmnist_core.runs import weights
from fmnist_core.synthetic.garments import generate_garments
from fmnist_core.training.state import build_model


@pytest.fixture
def make_run_with_weights(make_run):
    """Make a finished run whose random weights depend on the seed."""

    def make(seed=0):
        run = make_run(name=f"seed {seed}", finished=True)
        recipe = run.recipe().changed(seed=seed)
        model = build_model(recipe, torch.device("cpu"))
        weights.write_tensors(run.weights_file, model.state_dict())
        return run

    return make


@pytest.fixture
def images():
    return generate_garments(12, seed=4)[0]
