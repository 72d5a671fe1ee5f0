"""The class that a heatmap explains, and the heatmap's caption: `Why Shirt (54%)`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fmnist_core.attribution.methods import Method
from fmnist_core.errors import ModelError
from fmnist_core.fashion_mnist import CLASSES, NUM_CLASSES

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Target:
    """A class, or the contrast between a class and another one. Raises `ModelError`."""

    label: int
    against: int | None = None

    def __post_init__(self) -> None:
        for label in (self.label, self.against):
            if label is not None and not 0 <= label < NUM_CLASSES:
                raise ModelError(
                    f"The class is {label}; it must be from 0 to {NUM_CLASSES - 1}.",
                    field="class",
                    value=label,
                    allowed=range(NUM_CLASSES),
                )
        if self.label == self.against:
            raise ModelError(f"{CLASSES[self.label]} cannot be compared with itself.")

    def __call__(self, logits: "Tensor") -> "Tensor":
        """Return the score to explain, from logits [10] or [N, 10]."""
        score = logits[..., self.label]
        return score if self.against is None else score - logits[..., self.against]

    @property
    def text(self) -> str:
        """`Shirt`, `Shirt and not T-shirt/top`."""
        label = CLASSES[self.label]
        return label if self.against is None else f"{label} and not {CLASSES[self.against]}"


def caption(method: Method, target: Target, probabilities: np.ndarray) -> str:
    """Say what a heatmap explains and the model's confidence in it: `Why Shirt (54%)`.

    `probabilities` is float [10].
    """
    if method.kind == "activation":
        return "Common pattern of the feature maps, regardless of class"
    confidence = f"{probabilities[target.label]:.0%}"
    if target.against is not None:
        return f"Why {target.text} ({confidence} vs. {probabilities[target.against]:.0%})"
    if target.label == int(probabilities.argmax()):
        return f"Why {target.text} ({confidence})"
    return f"Evidence for {target.text} ({confidence})"
