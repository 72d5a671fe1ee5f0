"""The optional arguments of `fit`: initial weights, a teacher, and control while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fmnist_core.data.input_spec import InputSpec

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class InitialWeights:
    """Weights that training starts from; weights not contained here are random."""

    weights: "Mapping[str, Tensor]"
    """By parameter name in the `Classifier`, with the same shapes."""
    started_from: str
    """Text that identifies them, for the report."""


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """A trained model that another one learns from; see `distillation`."""

    model: "nn.Module"
    input_spec: InputSpec


@dataclass
class FitControl:
    """Set by the consumer of the events to control `fit`; to pause, it stops consuming."""

    learning_rate_factor: float = 1.0
    """Multiplies the scheduled learning rate from the next step on."""
    stop: bool = False
    """Whether to end with a snapshot after the current step."""
