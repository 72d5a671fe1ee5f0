"""How a layer computes one number of its output, in figures that can be checked by hand.

Each function computes the number anew, in float64, from the layer's inputs and weights. What does
not agree with the number that torch computed is not shown: a layer derived from torch's may do
something else.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from fmnist_core.inspection.layouts import choose_layout

TOLERANCE = 1e-4
"""Of float32 sums over some thousand products, relative to the sum of their absolute values."""
Index = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Sum:
    """Inputs times weights, added up, plus a bias: a convolution or a linear layer."""

    inputs: np.ndarray
    """Float64 [C, H, W]: the patch under the filter in each map, zeros beyond the edge; the
    inputs of a linear layer as their layout arranges them, NaN where there is none.
    """
    weights: np.ndarray
    """In the same shape."""
    bias: float | None
    result: float
    channels: range
    """Which of the input's maps these are."""
    corner: tuple[int, int] | None
    """Row and column of the patch's upper left corner in the input; `None` for a linear layer."""

    @property
    def products(self) -> np.ndarray:
        """Inputs times weights, in the same shape."""
        return self.inputs * self.weights


@dataclass(frozen=True, kw_only=True)
class Normalized:
    """A number less a mean, over a standard deviation, times a weight, plus a bias."""

    value: float
    mean: float
    variance: float
    epsilon: float
    weight: float
    bias: float
    num_values: int | None
    """How many of this image's values mean and variance are from; `None` if they are from
    training.
    """
    activation: str | None
    """The class of the activation that the layer applies afterwards, if any."""
    normalized: float
    """Before that activation."""
    result: float


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The largest value of a window, or its mean."""

    window: np.ndarray
    """Float64 [H, W]; NaN beyond the edge."""
    is_maximum: bool
    result: float


@dataclass(frozen=True, kw_only=True)
class Activated:
    """A function of one number."""

    value: float
    activation: str
    """Its class."""
    result: float


@dataclass(frozen=True, kw_only=True)
class Copied:
    """A number that a layer only moves to another place."""

    index: Index
    """In the input."""
    result: float


Calculation = Sum | Normalized | Pooled | Activated | Copied


def calculate(layer: nn.Module, inputs: Tensor, output: Tensor, index: Index) -> Calculation | None:
    """Compute the number at `index` of a layer's output, from its inputs.

    Returns `None` if this program does not know how the layer computes it.
    """
    calculator = next(
        (_CALCULATORS[kind] for kind in type(layer).__mro__ if kind in _CALCULATORS), None
    )
    if calculator is None and inputs.shape == output.shape and not any(layer.parameters()):
        calculator = _activation  # timm has activations of its own
    if calculator is None:
        return None
    calculation = calculator(layer, inputs, output, index)
    is_right = calculation is not None and _agrees(calculation, output[index].item())
    return calculation if is_right else None


def _agrees(calculation: Calculation, expected: float) -> bool:
    scale = 1.0
    if isinstance(calculation, Sum):
        scale = max(scale, float(np.nansum(np.abs(calculation.products))))
    if isinstance(calculation, Normalized):
        scale = max(scale, abs(calculation.value), abs(calculation.mean))
    if not math.isfinite(expected):
        return False
    return abs(calculation.result - expected) <= TOLERANCE * max(scale, abs(expected))


def _convolution(layer: nn.Conv2d, inputs: Tensor, output: Tensor, index: Index) -> Sum:
    _, channel, row, column = index
    size_out, size_in = output.shape[2:], inputs.shape[2:]
    per_group = layer.in_channels // layer.groups
    first = channel // (layer.out_channels // layer.groups) * per_group
    channels = range(first, first + per_group)
    corner, spans = [], []
    for axis, position in enumerate((row, column)):
        kernel, stride, dilation = (
            layer.kernel_size[axis], layer.stride[axis], layer.dilation[axis],
        )  # fmt: skip
        padding = _padding(layer, axis, size_in[axis], size_out[axis])
        start = position * stride - padding
        corner.append(start)
        spans.append(np.arange(kernel) * dilation + start)
    maps = _array(inputs[0, channels.start : channels.stop])
    patch = _take(maps, spans[0], spans[1], outside=0.0)
    weights = _array(layer.weight[channel])
    bias = None if layer.bias is None else layer.bias[channel].item()
    return Sum(
        inputs=patch, weights=weights, bias=bias, channels=channels, corner=(corner[0], corner[1]),
        result=float((patch * weights).sum()) + (bias or 0.0),
    )  # fmt: skip


def _padding(layer: nn.Conv2d, axis: int, size_in: int, size_out: int) -> int:
    """Zeros before the first row or column; TensorFlow's layers choose them by the input's size."""
    is_dynamic = isinstance(layer.padding, str) or "Same" in type(layer).__name__
    if not is_dynamic:
        return int(layer.padding[axis])
    reach = (layer.kernel_size[axis] - 1) * layer.dilation[axis] + 1
    return max((size_out - 1) * layer.stride[axis] + reach - size_in, 0) // 2


def _linear(layer: nn.Linear, inputs: Tensor, _output: Tensor, index: Index) -> Sum:
    *place, unit = index
    vector, weights = inputs[tuple(place)], layer.weight[unit]
    layout = choose_layout((1, len(vector)))
    bias = None if layer.bias is None else layer.bias[unit].item()
    result = float(_array(vector) @ _array(weights)) + (bias or 0.0)
    return Sum(
        inputs=layout.arrange(vector[None]).astype(np.float64),
        weights=layout.arrange(weights[None]).astype(np.float64),
        bias=bias, channels=range(1), corner=None, result=result,
    )  # fmt: skip


def _batch_norm(layer: _BatchNorm, inputs: Tensor, _output: Tensor, index: Index) -> Normalized:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    channel = index[1]
    return _normalized(
        layer, float(inputs[index]), channel, num_values=None,
        mean=float(layer.running_mean[channel]), variance=float(layer.running_var[channel]),
    )  # fmt: skip


def _layer_norm(layer: nn.LayerNorm, inputs: Tensor, _output: Tensor, index: Index) -> Normalized:
    # timm's LayerNorm2d normalizes over the channels of feature maps, torch's over the last axis.
    is_over_channels = inputs.ndim == 4 and "2d" in type(layer).__name__
    axis = 1 if is_over_channels else inputs.ndim - 1
    values = _array(inputs.movedim(axis, -1)[(*index[:axis], *index[axis + 1 :])])
    return _normalized(
        layer, float(values[index[axis]]), index[axis], mean=float(values.mean()),
        variance=float(values.var()), num_values=len(values),
    )  # fmt: skip


def _normalized(
    layer: _BatchNorm | nn.LayerNorm,
    value: float,
    channel: int,
    *,
    mean: float,
    variance: float,
    num_values: int | None,
) -> Normalized:
    weight = 1.0 if layer.weight is None else layer.weight[channel].item()
    bias = 0.0 if layer.bias is None else layer.bias[channel].item()
    normalized = (value - mean) / math.sqrt(variance + layer.eps) * weight + bias
    # timm's layers may hold an activation, which they call `act`.
    activation = getattr(layer, "act", None)
    if isinstance(activation, nn.Identity):
        activation = None
    result = normalized if activation is None else _apply(activation, normalized)
    return Normalized(
        value=value, mean=mean, variance=variance, epsilon=layer.eps, weight=weight, bias=bias,
        num_values=num_values, activation=None if activation is None else type(activation).__name__,
        normalized=normalized, result=result,
    )  # fmt: skip


def _pool(
    layer: nn.MaxPool2d | nn.AvgPool2d, inputs: Tensor, _output: Tensor, index: Index
) -> Pooled:
    _, channel, row, column = index
    spans = []
    for axis, position in enumerate((row, column)):
        kernel, stride, padding = (
            pair(option)[axis] for option in (layer.kernel_size, layer.stride, layer.padding)
        )
        spans.append(np.arange(kernel) + position * stride - padding)
    is_maximum = isinstance(layer, nn.MaxPool2d)
    window = _take(_array(inputs[0, channel])[None], spans[0], spans[1], outside=np.nan)[0]
    result = np.nanmax(window) if is_maximum else np.nanmean(window)
    return Pooled(window=window, is_maximum=is_maximum, result=float(result))


def _global_pool(
    layer: nn.AdaptiveAvgPool2d, inputs: Tensor, _output: Tensor, index: Index
) -> Pooled | None:
    if set(pair(layer.output_size)) != {1}:
        return None
    window = _array(inputs[0, index[1]])
    return Pooled(window=window, is_maximum=False, result=float(window.mean()))


def _activation(layer: nn.Module, inputs: Tensor, _output: Tensor, index: Index) -> Activated:
    value = float(inputs[index])
    return Activated(value=value, activation=type(layer).__name__, result=_apply(layer, value))


def _apply(activation: nn.Module, value: float) -> float:
    return float(activation(torch.tensor(value, dtype=torch.float64)))


def _flatten(_layer: nn.Flatten, inputs: Tensor, output: Tensor, index: Index) -> Copied:
    flat = int(np.ravel_multi_index(index, output.shape))
    source = tuple(int(part) for part in np.unravel_index(flat, inputs.shape))
    return Copied(index=source, result=float(inputs[source]))


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()


def _take(maps: np.ndarray, rows: np.ndarray, columns: np.ndarray, *, outside: float) -> np.ndarray:
    """Take these rows and columns of maps [C, H, W], with `outside` beyond their edges."""
    _, height, width = maps.shape
    is_inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    taken = maps[:, rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    return np.where(is_inside, taken, outside)


def pair(option: object) -> tuple[int, int]:
    """A setting of a layer for rows and columns, which may be given once for both."""
    first, second = option if isinstance(option, tuple) else (option, option)
    return int(first), int(second)


_CALCULATORS: MappingProxyType[type, Callable[..., Calculation | None]] = MappingProxyType(
    {
        nn.Conv2d: _convolution,
        nn.Linear: _linear,
        _BatchNorm: _batch_norm,
        nn.LayerNorm: _layer_norm,
        nn.MaxPool2d: _pool,
        nn.AvgPool2d: _pool,
        nn.AdaptiveAvgPool2d: _global_pool,
        nn.Flatten: _flatten,
        **dict.fromkeys(
            (
                nn.ReLU, nn.ReLU6, nn.SiLU, nn.GELU, nn.Hardswish, nn.Sigmoid, nn.Hardsigmoid,
                nn.Tanh,
            ),
            _activation,
        ),
    }
)  # fmt: skip
"""How the layers of torch compute one number; layers derived from them are tried, too."""
