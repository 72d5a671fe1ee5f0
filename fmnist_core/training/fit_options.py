"""What a training begins with instead of random numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class InitialWeights:
    """Weights from elsewhere; what they leave out starts as random numbers."""

    weights: "Mapping[str, Tensor]"
    """By their names in the `Classifier`, in its shapes."""
    started_from: str
    """What they are, as the report says it."""


@dataclass
class FitControl:
    """Set by whoever consumes the events; a pause is not asking for more."""

    learning_rate_factor: float = 1.0
    """On top of the schedule, from the next step on."""
    stop: bool = False
    """End after this step with a snapshot."""
