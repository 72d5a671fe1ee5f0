"""How the learning rate moves: a factor from 0 to 1 for each share of the training done."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

WARM_UP = 0.2
"""Share of one-cycle training in which the rate rises."""
DECAY = 100.0
"""Exponential decay ends at one part in this many."""


def cosine(done: float) -> float:
    """Half a cosine from 1 to 0 (Loshchilov and Hutter 2016, arXiv:1608.03983)."""
    return 0.5 * (1 + math.cos(math.pi * done))


def one_cycle(done: float) -> float:
    """A triangle: up, then down to 0 (Smith 2018, arXiv:1803.09820; airbench's shape)."""
    return done / WARM_UP if done < WARM_UP else (1 - done) / (1 - WARM_UP)


def exponential(done: float) -> float:
    """The same share lost every step."""
    return DECAY**-done


def constant(done: float) -> float:
    """No change."""
    del done
    return 1.0


SCHEDULES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {
        "cosine": cosine,
        "one-cycle": one_cycle,
        "exponential": exponential,
        "constant": constant,
    }
)
