"""What becomes of one number in the layers after the one that computed it."""

import torch
from torch import nn

from fmnist_core.inspection.arithmetic import Calculation, Index, calculate, pair
from fmnist_core.inspection.steps import Trace

Link = tuple[str, Index, Calculation]
"""A layer's name, the index of a number of its output, and how the layer computes it."""


def follow_number(model: nn.Module, trace: Trace, name: str, index: Index) -> list[Link]:
    """Follow a number through the layers that only rescale, pool or activate it.

    Returns the layer `name` and those after it, each with the index of the number that the one
    before has become, and how the layer computes it. Empty if that is not known.
    """
    links: list[Link] = []
    current: str | None = name
    while current is not None and current in trace.values:
        layer = model.get_submodule(current)
        inputs, output = trace.values[current]
        if links:
            next_index = _next_index(layer, links[-1][1], output.shape)
            if next_index is None:
                break
            index = next_index
        calculation = calculate(layer, inputs, output, index)
        if calculation is None:
            break
        links.append((current, index, calculation))
        current = next(
            (after for after, before in trace.sources.items() if before == current), None
        )
    return links


def _next_index(layer: nn.Module, index: Index, shape: torch.Size) -> Index | None:
    """Where a number goes in a layer; `None` if the layer mixes it with others, or drops it."""
    if isinstance(layer, nn.Conv2d | nn.Linear | nn.Flatten | nn.LayerNorm | nn.AdaptiveAvgPool2d):
        return None
    if isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
        strides = pair(layer.stride)
        index = (*index[:2], index[2] // strides[0], index[3] // strides[1])
    is_inside = all(part < size for part, size in zip(index, shape, strict=True))
    return index if is_inside else None
