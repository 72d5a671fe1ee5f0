"""Captions of heatmaps: `Why Shirt (54%)`."""

import numpy as np

from fmnist_core.attribution.methods import Method
from fmnist_core.fashion_mnist import CLASSES


def contrast_text(label: int, against: int | None) -> str:
    """`Shirt`, `Shirt and not T-shirt/top`."""
    return CLASSES[label] + ("" if against is None else f" and not {CLASSES[against]}")


def caption(method: Method, label: int, against: int | None, probabilities: np.ndarray) -> str:
    """What a map says, with how much the model gives the class: `Why Shirt (54%)`."""
    if method.kind == "activation":
        return "What its feature maps have in common, whatever the class"
    shares = f"{probabilities[label]:.0%}"
    if against is not None:
        return (
            f"Why {contrast_text(label, against)} ({shares} against {probabilities[against]:.0%})"
        )
    if label == int(probabilities.argmax()):
        return f"Why {CLASSES[label]} ({shares})"
    return f"What speaks for {CLASSES[label]}, which it gives {shares}"
