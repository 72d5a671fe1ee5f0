"""What each augmentation makes of an image, and the values that can be tried out.

The values are texts, for the slider and the URL.
"""

from typing import Any

import numpy as np

from fmnist_core.data.augmentation import Augmentation

STEPS = {"rotation": 5.0, "zoom": 0.05, "shift": 1.0}
"""Between the values of a slider; probabilities go by tenths."""
PROBABILITY_STEP = 0.1
FLIPS = ("none", "random", "alternating")
"""The slider begins with the one that changes nothing."""


def amounts(field: str) -> list[str]:
    """The values of a setting that can be tried, the smallest first."""
    if field == "flip":
        return list(FLIPS)
    metadata = Augmentation.model_fields[field].metadata
    largest = next(limit.le for limit in metadata if hasattr(limit, "le"))
    step = STEPS.get(field, PROBABILITY_STEP)
    return [f"{step * number:g}" for number in range(round(largest / step) + 1)]


def usual_amount(field: str) -> str:
    """A value that shows what the setting does: always, or as much as a search would try."""
    if field == "flip":
        return "random"
    if field not in STEPS:
        return "1"  # a probability
    extra: Any = Augmentation.model_fields[field].json_schema_extra
    return f"{extra['usual'][-1]:g}"


def augment_copies(
    image: np.ndarray, augmentation: Augmentation, *, count: int, seed: int
) -> np.ndarray:
    """Augment copies of an image uint8 [28, 28] as training does, [count, 28, 28].

    The alternating flip mirrors every second one. The same seed gives the same images.
    """
    import torch

    from fmnist_core.data.transforms import augment

    batch = torch.from_numpy(np.repeat(image[None], count, axis=0))
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        changed = augment(batch, augmentation, mirrored=torch.arange(count) % 2 == 1)
    result: np.ndarray = changed.numpy()
    return result
