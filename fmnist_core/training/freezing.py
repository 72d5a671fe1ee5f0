"""Freeze what a phase does not train: weights, and the statistics of normalisation with them."""

from torch import nn

from fmnist_core.models.classifier import Classifier
from fmnist_core.training.phases import Phase


def frozen_modules(model: Classifier, phase: Phase) -> list[nn.Module]:
    """Modules of the backbone that `phase` freezes, those without weights among them.

    A layer counts where it holds weights of its own; the order is that of the definition, which
    is that of the computation in every model registered here.
    """
    modules = list(model.backbone.modules())
    if phase.num_backbone_layers is None:
        return []
    with_weights = [place for place, module in enumerate(modules) if _own_parameters(module)]
    if phase.num_backbone_layers == 0:
        return modules
    if phase.num_backbone_layers >= len(with_weights):
        return []
    return modules[: with_weights[-phase.num_backbone_layers]]


def freeze(model: Classifier, phase: Phase) -> None:
    """Let exactly what `phase` trains have gradients."""
    model.requires_grad_(True)
    for module in frozen_modules(model, phase):
        for parameter in _own_parameters(module):
            parameter.requires_grad_(False)


def set_training_mode(model: Classifier, phase: Phase) -> None:
    """Training mode, but for what is frozen: its batch normalisation keeps its statistics."""
    model.train()
    for module in frozen_modules(model, phase):
        module.training = False


def _own_parameters(module: nn.Module) -> list[nn.Parameter]:
    return list(module.parameters(recurse=False))
