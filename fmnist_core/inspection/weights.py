"""The weights of a layer as pictures: filters of a convolution, weights of a hidden unit."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from torch import Tensor, nn

from fmnist_core.inspection.layouts import choose_layout


class WeightKind(Enum):
    """What each picture of a layer's weights shows."""

    FILTERS = "filters"
    """One filter of a convolution that looks at a single map."""
    SLICES = "slices"
    """What one filter does with each of the layer's input maps."""
    UNIT_PICTURES = "unit pictures"
    """How much each pixel of the image counts for one unit."""
    UNIT_VALUES = "unit values"
    """How much each input counts for one unit, all in one picture."""


@dataclass(frozen=True, kw_only=True)
class WeightPictures:
    """Pictures of a layer's weights."""

    kind: WeightKind
    maps: np.ndarray
    """Float32 [N, H, W]; NaN where there is no weight."""

    @property
    def is_one_per_channel(self) -> bool:
        """Whether there is one picture for each channel of the layer's output."""
        return self.kind in (WeightKind.FILTERS, WeightKind.UNIT_PICTURES)


def has_pictures(layer: nn.Module) -> bool:
    """Whether a layer has weights that can be drawn."""
    return isinstance(layer, nn.Conv2d | nn.Linear)


def picture_weights(layer: nn.Module, inputs: Tensor, *, channel: int) -> WeightPictures:
    """Draw the weights of a convolution or linear layer.

    `inputs` are those of the model, [1, C, S, S]; `channel` says whose weights are drawn where each
    channel has too many for all to be drawn.
    """
    if isinstance(layer, nn.Conv2d):
        filters = _array(layer.weight)
        if filters.shape[1] == 1:
            return WeightPictures(kind=WeightKind.FILTERS, maps=filters[:, 0])
        return WeightPictures(kind=WeightKind.SLICES, maps=filters[channel])
    assert isinstance(layer, nn.Linear)
    _, channels, height, width = inputs.shape
    weights = _array(layer.weight)
    if channels == 1 and layer.in_features == height * width:
        maps = weights.reshape(-1, height, width)
        return WeightPictures(kind=WeightKind.UNIT_PICTURES, maps=maps)
    layout = choose_layout((1, layer.in_features))
    return WeightPictures(
        kind=WeightKind.UNIT_VALUES, maps=layout.arrange(layer.weight[channel][None])
    )


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy()
