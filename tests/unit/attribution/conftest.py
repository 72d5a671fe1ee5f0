"""Every model once a module, with random weights."""

import pytest
import torch

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.models.registry import MODELS


@pytest.fixture(scope="module")
def models():
    """Built when asked for: (model, input_spec)."""
    torch.manual_seed(0)
    built = {}

    def of(key):
        if key not in built:
            spec = MODELS[key]
            built[key] = (spec.build().eval(), InputSpec(size=spec.input_size))
        return built[key]

    return of
