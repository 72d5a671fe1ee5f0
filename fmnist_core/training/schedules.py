"""Learning-rate schedules: a factor from 0 to 1 as a function of progress, also from 0 to 1."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

WARM_UP = 0.2
"""Fraction of one-cycle training in which the learning rate rises."""
DECAY = 100.0
"""Exponential decay divides the learning rate by this in total."""


def cosine(progress: float) -> float:
    """Half a cosine from 1 to 0 (Loshchilov and Hutter 2016, arXiv:1608.03983)."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def one_cycle(progress: float) -> float:
    """A linear rise, then a linear fall to 0 (Smith 2018, arXiv:1803.09820; as in airbench)."""
    return progress / WARM_UP if progress < WARM_UP else (1 - progress) / (1 - WARM_UP)


def exponential(progress: float) -> float:
    """The same relative decrease in every step."""
    return DECAY**-progress


def constant(progress: float) -> float:
    """No change."""
    del progress
    return 1.0


SCHEDULES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {
        "cosine": cosine,
        "one-cycle": one_cycle,
        "exponential": exponential,
        "constant": constant,
    }
)
