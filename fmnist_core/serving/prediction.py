"""What models say of one image, and what they say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from fmnist_core.evaluation.ood import FAMILIAR_SHARE
from fmnist_core.fashion_mnist import CLASSES


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One model's answer, or why it gives none."""

    name: str = ""
    colour: str = ""
    probabilities: np.ndarray | None = None
    """[10]; `None` where there is no image yet, or a problem."""
    milliseconds: float = 0.0
    unfamiliar: bool = False
    distance: float | None = None
    """From its training images; `None` where it was not measured."""
    threshold: float | None = None
    problem: str | None = None

    def named(self, name: str, colour: str) -> Self:
        return replace(self, name=name, colour=colour)

    @property
    def answer(self) -> int | None:
        """The likeliest class."""
        return None if self.probabilities is None else int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        return 0.0 if self.probabilities is None else float(self.probabilities.max())


def agreement(said: Sequence[Prediction]) -> str:
    """Whether they agree: `All 3 models say Bag.`, `2 of 3 models say Bag. MLP: Dress.`"""
    answers = [(each.name, CLASSES[each.answer]) for each in said if each.answer is not None]
    if not answers:
        return ""
    votes = Counter(answer for _, answer in answers)
    most, num_votes = votes.most_common(1)[0]
    if len(answers) == 1:
        return f"{answers[0][0]} says {most}."
    if num_votes == len(answers):
        return f"{'Both' if num_votes == 2 else f'All {num_votes}'} models say {most}."
    if num_votes == 1:
        return f"No two models agree. {_listed(answers)}."
    others = [(name, answer) for name, answer in answers if answer != most]
    return f"{num_votes} of {len(answers)} models say {most}. {_listed(others)}."


def _listed(answers: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {answer}" for name, answer in answers)


def ood_warning(said: Sequence[Prediction]) -> str | None:
    """A sentence where the image is unlike what models were trained on, else `None`."""
    num_doubting = sum(each.unfamiliar for each in said)
    if not num_doubting:
        return None
    whom = "this model" if len(said) == 1 else f"{num_doubting} of {len(said)} models"
    return (
        f"To {whom} this looks unlike anything in training. A model always answers something; "
        "where it is marked *unfamiliar*, do not trust the answer."
    )


def distance_hint() -> str:
    """What the distance on each card is."""
    return (
        "Distance: how far the image lies from the training images in the model's features "
        "(Mahalanobis distance to the nearest class; 1 is usual). The limit is set on validation "
        f"images: {FAMILIAR_SHARE:.0%} of them lie within it, so one real garment in "
        f"{round(1 / (1 - FAMILIAR_SHARE))} is doubted too."
    )
