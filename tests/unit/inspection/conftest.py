"""Models whose every layer changes its inputs, and one random image for each."""

import pytest
import torch
from torch.nn.modules.batchnorm import _BatchNorm

from fmnist_core.models.registry import MODELS


@pytest.fixture(params=MODELS)
def model_and_inputs(request):
    """A randomly initialized model of each kind, and inputs [1, 1, S, S]."""
    torch.manual_seed(0)
    spec = MODELS[request.param]
    model = spec.build().eval()
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    return model, torch.randn(1, 1, spec.input_size, spec.input_size)
