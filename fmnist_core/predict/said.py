"""What models say of one image, and what they say together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from fmnist_core.analysis.familiarity import FAMILIAR_SHARE
from fmnist_core.data.classes import CLASSES


@dataclass(frozen=True, kw_only=True)
class Said:
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


def headline(said: Sequence[Said]) -> str:
    """Whether they agree: `All 3 models say Bag.`, `2 of 3 say Bag; MLP says Dress.`"""
    answering = [each for each in said if each.answer is not None]
    if not answering:
        return ""
    votes = Counter(CLASSES[each.answer] for each in answering if each.answer is not None)
    if len(answering) == 1:
        return f"{answering[0].name} says {next(iter(votes))}."
    everybody = "Both" if len(answering) == 2 else f"All {len(answering)}"
    if len(votes) == 1:
        return f"{everybody} models say {next(iter(votes))}."
    most, num_votes = votes.most_common(1)[0]
    if num_votes == 1:
        return f"{everybody} disagree: {', '.join(map(_says, answering))}."
    others = [each for each in answering if CLASSES[each.answer or 0] != most]
    return f"{num_votes} of {len(answering)} say {most}; {', '.join(map(_says, others))}."


def _says(said: Said) -> str:
    return f"{said.name} says {CLASSES[said.answer or 0]}"


def doubt(said: Sequence[Said]) -> str | None:
    """A sentence where the image is unlike what models were trained on, else `None`."""
    doubting = [each.name for each in said if each.unfamiliar]
    if not doubting:
        return None
    whom = ", ".join(doubting)
    return (
        f"This looks unlike the training images of {whom}. A model always answers something, so "
        "do not trust it here."
    )


def doubt_hint() -> str:
    """How that is found."""
    return (
        "Each model's features of the image are compared with those of its training images "
        "(Mahalanobis distance to the nearest class). The limit is set on validation images: "
        f"{FAMILIAR_SHARE:.0%} of them lie within it, so {1 - FAMILIAR_SHARE:.0%} of real garments "
        "are doubted too."
    )
