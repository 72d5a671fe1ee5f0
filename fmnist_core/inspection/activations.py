"""How strongly the units of each layer respond to many images, and which never do."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.inspection.layouts import LayoutKind, choose_layout
from fmnist_core.inspection.steps import find_steps, walk
from fmnist_core.models.inference import evaluation_batch_size

MAX_BATCH_SIZE = 100
NUM_BINS = 40
NUM_SAMPLED = 2000
"""Values of each batch that a histogram is made of."""
TAILS = 0.5
"""Percent of the values on each side that a histogram leaves out: a few would make it too wide."""


@dataclass(frozen=True, kw_only=True)
class LayerActivations:
    """The outputs of an activation function for many images."""

    name: str
    """Dotted module name."""
    kind: str
    """The module's class."""
    num_units: int
    """Channels, features or hidden units."""
    num_dead: int
    """Units that are positive nowhere in any of the images."""
    zero_fraction: float
    """Of the values, exactly 0."""
    edges: np.ndarray
    """Of the histogram's bins, [B + 1]."""
    fractions: np.ndarray
    """Of the sampled values, in each bin, [B]."""


@dataclass(kw_only=True)
class _Collected:
    maxima: Tensor
    num_zeros: int = 0
    num_values: int = 0
    samples: list[Tensor] = field(default_factory=list)


@torch.no_grad()
def measure_activations(
    model: nn.Module, input_spec: InputSpec, images: Tensor
) -> list[LayerActivations]:
    """Measure the outputs of all activation functions, in their order, for images [N, 28, 28]."""
    collected: dict[str, _Collected] = {}

    def collect(name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _inputs: object, output: Tensor) -> None:
            maxima = _unit_maxima(output)
            entry = collected.setdefault(name, _Collected(maxima=maxima))
            entry.maxima = torch.maximum(entry.maxima, maxima)
            entry.num_zeros += int((output == 0).sum())
            entry.num_values += output.numel()
            flat = output.flatten()
            entry.samples.append(flat[:: max(1, len(flat) // NUM_SAMPLED)].float().cpu())

        return hook

    modules = {
        node.name: node.module
        for node in walk(find_steps(model))
        if not node.children and is_activation(node.module)
    }
    with ExitStack() as hooks:
        for name, module in modules.items():
            hooks.callback(module.register_forward_hook(collect(name)).remove)
        batch_size = min(MAX_BATCH_SIZE, evaluation_batch_size(input_spec.size))
        for batch in images.split(batch_size):
            model.eval()(to_inputs(batch, input_spec))
    return [_summarize(name, modules[name], entry) for name, entry in collected.items()]


def is_activation(module: nn.Module) -> bool:
    """Whether a layer applies an activation function, alone or after a normalization."""
    inner = getattr(module, "act", None)
    if inner is not None:
        return not isinstance(inner, nn.Identity)
    return type(module).__module__.endswith(("torch.nn.modules.activation", "layers.activations"))


def _unit_maxima(output: Tensor) -> Tensor:
    """The largest value of each unit, [units]: of channels [N, C, H, W], else of the last axis."""
    if output.ndim == 4 and choose_layout((1, *output.shape[1:])).kind is not LayoutKind.MATRICES:
        return output.amax(dim=(0, 2, 3))
    return output.flatten(0, -2).amax(dim=0)


def _summarize(name: str, module: nn.Module, entry: _Collected) -> LayerActivations:
    values = torch.cat(entry.samples).numpy()
    low, high = np.percentile(values, [TAILS, 100 - TAILS])
    if low == high:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(values.clip(low, high), bins=NUM_BINS, range=(low, high))
    inner = getattr(module, "act", module)
    return LayerActivations(
        name=name,
        kind=type(inner).__name__,
        num_units=len(entry.maxima),
        num_dead=int((entry.maxima <= 0).sum()),
        zero_fraction=entry.num_zeros / entry.num_values,
        edges=edges,
        fractions=counts / len(values),
    )
