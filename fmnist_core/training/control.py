"""Knobs that `fit` reads while it runs."""

from dataclasses import dataclass


@dataclass
class Control:
    """Set by whoever consumes the events; a pause is not asking for more."""

    learning_rate_factor: float = 1.0
    """On top of the schedule, from the next step on."""
    stop: bool = False
    """End after this step with a snapshot."""
