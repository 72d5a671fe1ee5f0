"""The frame of learning curves: where their axes begin and end.

The axes follow the curves after the first epoch, in which every run crosses the whole chart, and a
run that has failed to learn does not flatten the others: its curve leaves the frame.
"""

import math
from collections.abc import Sequence
from statistics import quantiles

from fmnist_core.charts.vega_lite import Metric, Rows
from fmnist_core.training.history import Axis, History

Range = tuple[float, float]
"""Lowest and highest value."""
EMPTY_FRAMES: dict[Metric, Range] = {"accuracy": (0.0, 1.0), "loss": (0.0, 2.4)}
"""Shown in the first epoch. Guessing among ten classes has a loss of 2.3."""
MIN_SPANS: dict[Metric, float] = {"accuracy": 0.04, "loss": 0.1}
ROOM = 0.08
"""Room above and below the curves, as a fraction of their span."""
MAX_ACCURACY_GAP = 0.3
MAX_LOSS_FACTOR, MAX_LOSS_GAP = 3.0, 0.3
"""A run that is further from the best run does not widen the frame."""
MAX_SPREAD = 3.0
"""Values further out, in units of the spread of the better three quarters, are cut off."""


def frame_rows(
    metric: Metric,
    histories: Sequence[History],
    *,
    axis: Axis,
    log: bool = False,
    planned_epochs: float = 0.0,
) -> Rows:
    """Make the only row of the data set `frame` of `learning_chart`: the ends of both axes.

    `planned_epochs` are those of the first run, while it trains: the frame has room for them.
    """
    low, high = value_range(metric, histories)
    room = ROOM * (high - low)
    if metric == "accuracy":
        low, high = max(low - room, 0.0), min(high + room, 1.0)
    elif log:
        low, high = max(low, 1e-3) / 1.1, high * 1.1
    else:
        low, high = max(low - room, 0.0), high + room
    x_max = max(
        [_planned_end(histories[0], planned_epochs, axis) if histories else 0.0]
        + [history.axis_value(history.last, axis) for history in histories if history.last]
    )
    return [{"x_max": x_max or 1.0, "y_min": low, "y_max": high}]


def value_range(metric: Metric, histories: Sequence[History]) -> Range:
    """The values that the chart has to show."""
    best_values = [
        _best(metric, values)
        for history in histories
        if (values := _validation_values(metric, history))
    ]
    if not best_values:
        return _first_epoch_range(metric, histories)
    best = _best(metric, best_values)
    ranges = [
        _usual_range(metric, values)
        for history in histories
        if (values := _settled_values(metric, history, best))
    ]
    low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
    if (missing := MIN_SPANS[metric] - (high - low)) > 0:
        low, high = max(low - missing / 2, 0.0), high + missing / 2
    return low, high


def _first_epoch_range(metric: Metric, histories: Sequence[History]) -> Range:
    low, high = EMPTY_FRAMES[metric]
    values = [value for history in histories for value in _step_values(metric, history, 0.0)]
    return low, max([high, *values])


def _settled_values(metric: Metric, history: History, best: float) -> list[float]:
    """The values after the first epoch; none of a run that is too far from the best run."""
    validation = _validation_values(metric, history)
    if not validation:  # in its first epoch: the frame follows its curve
        return [
            min(value, EMPTY_FRAMES[metric][1]) for value in _step_values(metric, history, 0.0)[-1:]
        ]
    if _is_far(metric, _best(metric, validation), best):
        return []
    start = 1.0 if len(history.epochs) > 1 else 0.5
    return [*validation, *_step_values(metric, history, start)]


def _is_far(metric: Metric, value: float, best: float) -> bool:
    if metric == "accuracy":
        return value < best - MAX_ACCURACY_GAP
    return value > MAX_LOSS_FACTOR * best + MAX_LOSS_GAP


def _usual_range(metric: Metric, values: Sequence[float]) -> Range:
    """The range of the values without those that are far worse than the rest."""
    if len(values) < 2:
        return values[0], values[0]
    lower_quartile, _, upper_quartile = quantiles(values, method="inclusive")
    spread = MIN_SPANS[metric]
    if metric == "accuracy":
        spread = MAX_SPREAD * max(max(values) - lower_quartile, spread)
        return max(min(values), lower_quartile - spread), max(values)
    spread = MAX_SPREAD * max(upper_quartile - min(values), spread)
    return min(values), min(max(values), upper_quartile + spread)


def _best(metric: Metric, values: Sequence[float]) -> float:
    return max(values) if metric == "accuracy" else min(values)


def _validation_values(metric: Metric, history: History) -> list[float]:
    values = [getattr(epoch, f"validation_{metric}") for epoch in history.epochs]
    return [value for value in values if math.isfinite(value)]


def _step_values(metric: Metric, history: History, start: float) -> list[float]:
    """The training values from epoch `start` on."""
    values = [getattr(step, metric) for step in history.steps if step.epoch >= start]
    return [value for value in values if math.isfinite(value)]


def _planned_end(history: History, planned_epochs: float, axis: Axis) -> float:
    """Where the run's curve will end on the x-axis; 0 if that is not known."""
    if axis == "epochs" or not planned_epochs:
        return planned_epochs
    if axis == "images":
        return planned_epochs * history.started.num_train if history.started else 0.0
    step = history.steps[-1] if history.steps else None
    return _round_up(step.seconds + step.eta_seconds) if step else 0.0


def _round_up(number: float) -> float:
    """Round up to two digits, so that the axis does not move with each new estimate."""
    if number <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(number)) - 1)
    return float(math.ceil(number / unit) * unit)
