"""What a fault is: something that is broken many times, and what was lost by it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What has happened."""

    times: int
    """How often it was broken."""
    summary: str
    """What was seen, in a few words."""
    problems: tuple[str, ...] = ()
    """What was lost, damaged or not reported; empty if everything held."""


Inject = Callable[[Path, int, Random], Outcome]
"""Breaks something so many times, in an empty folder, at moments drawn at random."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that the benchmark injects."""

    title: str
    """What is broken."""
    times: int
    """How often it is broken in the full benchmark."""
    inject: Inject
