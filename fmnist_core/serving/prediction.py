"""One model's prediction for one image, and how far several models agree."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from fmnist_core.evaluation.ood import THRESHOLD_QUANTILE
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.serving.ood_limits import MIN_CONFIDENCE, ImageOrigin


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One model's prediction for an image, or the error that prevented it."""

    name: str = ""
    color: str = ""
    probabilities: np.ndarray | None = None
    """[10]; `None` without an image, or after an error."""
    milliseconds: float = 0.0
    is_unsure: bool = False
    """Whether the prediction is marked as not sure (`ood_limits`)."""
    ood_score: float | None = None
    """Mahalanobis distance from the training images; `None` without a detector."""
    ood_threshold: float | None = None
    origin: ImageOrigin = "test image"
    error: str | None = None

    def with_name_and_color(self, name: str, color: str) -> Self:
        """Copy with the model's name and color on the page."""
        return replace(self, name=name, color=color)

    @property
    def predicted(self) -> int | None:
        """The most probable class."""
        return None if self.probabilities is None else int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The probability of the predicted class, 0 without a prediction."""
        return 0.0 if self.probabilities is None else float(self.probabilities.max())


def agreement(predictions: Sequence[Prediction]) -> str:
    """Summarize the votes: `All 3 models say Bag.`, `2 of 3 models say Bag. MLP: Dress.`"""
    votes = [
        (prediction.name, CLASSES[prediction.predicted])
        for prediction in predictions
        if prediction.predicted is not None
    ]
    if not votes:
        return ""
    favorite, num_votes = Counter(class_name for _, class_name in votes).most_common(1)[0]
    if len(votes) == 1:
        return f"{votes[0][0]} says {favorite}."
    if num_votes == len(votes):
        return f"{'Both' if num_votes == 2 else f'All {num_votes}'} models say {favorite}."
    if num_votes == 1:
        return f"No two models agree. {_join_votes(votes)}."
    others = [(name, class_name) for name, class_name in votes if class_name != favorite]
    return f"{num_votes} of {len(votes)} models say {favorite}. {_join_votes(others)}."


def _join_votes(votes: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {class_name}" for name, class_name in votes)


def unsure_warning(predictions: Sequence[Prediction]) -> str | None:
    """Say how many models are not sure; `None` if all are sure."""
    unsure = [prediction for prediction in predictions if prediction.is_unsure]
    num_models = sum(prediction.error is None for prediction in predictions)
    if not unsure:
        return None
    if num_models == 1:
        models = "This model is"
    elif len(unsure) == num_models:
        models = "Both models are" if num_models == 2 else f"All {num_models} models are"
    else:
        models = f"{len(unsure)} of {num_models} models {'is' if len(unsure) == 1 else 'are'}"
    limit = MIN_CONFIDENCE[unsure[0].origin]
    return (
        f"{models} *not sure*: the predicted class has less than {limit:.0%}. A model always has "
        "to choose a class, and most of these choices are wrong."
    )


def distance_hint() -> str:
    """Explain the number on each card that says how unusual the image is."""
    return (
        "How unusual: the distance of the image from the training images in the model's features "
        "(Mahalanobis distance to the nearest class, typically 1). "
        f"{THRESHOLD_QUANTILE:.0%} of the validation images lie below the limit. Drawings and "
        "photos often lie above it, even when the model is right."
    )
