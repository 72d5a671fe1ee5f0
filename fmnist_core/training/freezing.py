"""Freeze what a phase does not train: weights, and the statistics of normalization layers."""

from torch import nn

from fmnist_core.models.classifier import Classifier
from fmnist_core.training.phases import Phase


def frozen_modules(model: Classifier, phase: Phase) -> list[nn.Module]:
    """List the backbone modules that `phase` freezes, including those without weights.

    Only modules with weights of their own count as layers. They are in the order of definition,
    which is the order of computation in every registered model.
    """
    modules = list(model.backbone.modules())
    num_layers = phase.num_backbone_layers
    if num_layers is None:
        return []
    layer_indices = [index for index, module in enumerate(modules) if _own_parameters(module)]
    if num_layers == 0:
        return modules
    if num_layers >= len(layer_indices):
        return []
    return modules[: layer_indices[-num_layers]]


def freeze(model: Classifier, phase: Phase) -> None:
    """Enable gradients for exactly the parameters that `phase` trains."""
    model.requires_grad_(True)
    for module in frozen_modules(model, phase):
        for parameter in _own_parameters(module):
            parameter.requires_grad_(False)


def set_training_mode(model: Classifier, phase: Phase) -> None:
    """Set training mode except for frozen modules, whose batch norm keeps its statistics."""
    model.train()
    for module in frozen_modules(model, phase):
        module.training = False


def _own_parameters(module: nn.Module) -> list[nn.Parameter]:
    return list(module.parameters(recurse=False))
