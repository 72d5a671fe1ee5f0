"""Charts of a hyperparameter search: its progress, what matters, and all combinations."""

import math
from collections.abc import Mapping
from typing import Any

import altair as alt

from fmnist_core.charts.palette import GRAY, RUN_COLORS, SELECTED_COLOR
from fmnist_core.charts.vega_lite import LayeredChart, Rows
from fmnist_core.search.dimensions import Options, Range, Value
from fmnist_core.search.searches import SearchProgress, SearchSpec, TrialState
from fmnist_core.training.setting_texts import format_value

STATE_ORDER = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING, TrialState.FAILED)
HEIGHT = 240
PARALLEL_HEIGHT = 280


def progress_chart() -> LayeredChart:
    """Each trial as a dot, and the best so far as a line; data: `trials`."""
    base = alt.Chart(alt.NamedData("trials"))
    x = alt.X("trial:Q", title="Trial", axis=alt.Axis(tickMinStep=1, format="d"))
    y = alt.Y("accuracy:Q", title=None, axis=alt.Axis(format=".1%"), scale=alt.Scale(zero=False))
    dots = base.mark_point(size=60, filled=True).encode(
        x=x,
        y=y,
        color=alt.Color(
            "state:N",
            scale=alt.Scale(
                domain=[state.value for state in STATE_ORDER],
                range=[RUN_COLORS[0], GRAY, RUN_COLORS[1], RUN_COLORS[3]],
            ),
            legend=alt.Legend(title=None, orient="top", columns=2),
        ),
        tooltip=[
            alt.Tooltip("trial:Q", title="Trial"),
            alt.Tooltip("accuracy:Q", title="Validation accuracy", format=".2%"),
            alt.Tooltip("state:N", title="State"),
            alt.Tooltip("text:N", title="Settings"),
        ],
    )
    line = base.mark_line(interpolate="step-after", color=SELECTED_COLOR).encode(x=x, y="best:Q")
    return alt.layer(line, dots).properties(height=HEIGHT)


def progress_rows(spec: SearchSpec, progress: SearchProgress, titles: Mapping[str, str]) -> Rows:
    """Rows (trial, accuracy, best, state, text) of the trials that have an accuracy."""
    rows: list[dict[str, Any]] = []
    best = 0.0
    for trial in progress.trials:
        if trial.accuracy is None:
            continue
        best = max(best, trial.accuracy)
        text = ", ".join(
            f"{titles[field]} {format_value(field, value, spec.recipe)}"
            for field, value in trial.values.items()
        )
        rows.append(
            {
                "trial": trial.number + 1,
                "accuracy": trial.accuracy,
                "best": best,
                "state": trial.state.value,
                "text": text,
            }
        )
    return rows


def importance_chart() -> LayeredChart:
    """Bars, the most important setting first; data: `importances`."""
    bars = (
        alt.Chart(alt.NamedData("importances"))
        .mark_bar(color=RUN_COLORS[0])
        .encode(
            x=alt.X(
                "importance:Q",
                title="Share of the variation it explains",
                axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            y=alt.Y("setting:N", title=None, sort="-x", axis=alt.Axis(labelLimit=200)),
            tooltip=[
                alt.Tooltip("setting:N", title="Setting"),
                alt.Tooltip("importance:Q", title="Share", format=".0%"),
            ],
        )
    )
    return alt.layer(bars).properties(height=HEIGHT)


def importance_rows(progress: SearchProgress, titles: Mapping[str, str]) -> Rows:
    """Rows (setting, importance)."""
    return [
        {"setting": titles[field], "importance": importance}
        for field, importance in progress.importances.items()
    ]


def parallel_chart(*, axes: tuple[str, ...]) -> LayeredChart:
    """Parallel coordinates: an axis for each setting, a line for each trial.

    Data: `lines` (trial, axis, position, value, accuracy) and `ends` (axis, position, text).
    """
    x = alt.X("axis:N", title=None, sort=list(axes), scale=alt.Scale(padding=0.2),
              axis=alt.Axis(labelAngle=0, labelLimit=120, grid=True))  # fmt: skip
    y = alt.Y("position:Q", axis=None, scale=alt.Scale(domain=[-0.1, 1.1]))
    ends = (
        alt.Chart(alt.NamedData("ends"))
        .mark_text(color=GRAY, align="left", dx=8)
        .encode(x=x, y=y, text="text:N")
    )
    base = alt.Chart(alt.NamedData("lines")).encode(
        x=x,
        y=y,
        detail="trial:Q",
        color=alt.condition(
            alt.datum.strength == 1, alt.value(SELECTED_COLOR), alt.value(RUN_COLORS[0])
        ),
        opacity=alt.Opacity("strength:Q", scale=alt.Scale(range=[0.15, 1]), legend=None),
        tooltip=[
            alt.Tooltip("trial:Q", title="Trial"),
            alt.Tooltip("axis:N", title="Setting"),
            alt.Tooltip("value:N", title="Value"),
            alt.Tooltip("accuracy:Q", title="Validation accuracy", format=".2%"),
        ],
    )  # fmt: skip
    lines, dots = base.mark_line(strokeWidth=2), base.mark_point(size=50, filled=True)
    return alt.layer(lines, dots, ends).properties(height=PARALLEL_HEIGHT)


def end_rows(spec: SearchSpec, titles: Mapping[str, str]) -> Rows:
    """Rows (axis, position, text): what the lower and the upper end of each axis stand for."""
    return [
        {
            "axis": titles[one.field],
            "position": position,
            "text": format_value(one.field, value, spec.recipe),
        }
        for one in spec.dimensions
        for position, value in ((-0.06, one.ends[0]), (1.06, one.ends[-1]))
    ]


def parallel_rows(spec: SearchSpec, progress: SearchProgress, titles: Mapping[str, str]) -> Rows:
    """Rows (trial, axis, position, value, accuracy, strength), the best trial on top.

    Position and strength are from 0 to 1; the strength follows the trials' order by accuracy.
    """
    ranked = [trial for trial in reversed(progress.ranked) if trial.accuracy is not None]
    return [
        {
            "trial": trial.number + 1,
            "axis": titles[one.field],
            "position": position_on_axis(one, trial.values[one.field]),
            "value": format_value(one.field, trial.values[one.field], spec.recipe),
            "accuracy": trial.accuracy,
            "strength": rank / len(ranked),
        }
        for rank, trial in enumerate(ranked, start=1)
        for one in spec.dimensions
        if one.field in trial.values
    ]


def position_on_axis(dimension: Range | Options, value: Value) -> float:
    """Where a value lies between the ends of its dimension, from 0 to 1."""
    if dimension.kind == "options":
        return dimension.values.index(value) / (len(dimension.values) - 1)
    low, high, here = dimension.low, dimension.high, float(value)
    if dimension.log:
        low, high, here = math.log(low), math.log(high), math.log(here)
    return (here - low) / (high - low)
