"""Each model with random weights, built once for a test module."""

import pytest
import torch

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.models.registry import MODELS


@pytest.fixture(scope="module")
def models():
    """A function from a model's key to (model, input_spec)."""
    torch.manual_seed(0)
    built = {}

    def get(key):
        if key not in built:
            spec = MODELS[key]
            built[key] = (spec.build().eval(), InputSpec(size=spec.input_size))
        return built[key]

    return get
