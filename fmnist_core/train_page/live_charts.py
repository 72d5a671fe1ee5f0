"""The charts of the live view: the curves, and below them what explains them."""

from collections.abc import Sequence
from html import escape
from typing import Literal

import streamlit as st

from fmnist_core.charts import confusion_matrix, learning_curves
from fmnist_core.charts.annotations import annotation_rows
from fmnist_core.charts.confusion_matrix import confusion_rows, most_common_mistake
from fmnist_core.charts.curve_frame import frame_rows
from fmnist_core.charts.learning_curves import best_rows, learning_rows
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.charts.vega_lite import Metric, chart_spec
from fmnist_core.formatting import escape_markdown
from fmnist_core.train_page.chart_options import AXIS_LABELS, ChartOptions
from fmnist_core.training.history import Axis, History, step_curve
from fmnist_core.ui.live_chart import draw_chart

CURVE_HEIGHT = 290
"""Pixels: both curves and the buttons fit on the first screen of a projector."""


def draw_curves(
    names: Sequence[str],
    histories: Sequence[History],
    options: ChartOptions,
    *,
    planned_epochs: float,
) -> None:
    """Draw accuracy and loss; their frames stand before there is anything in them.

    `planned_epochs` are those of the first run while it waits or trains, else 0.
    """
    names = tuple(names)
    left, right = st.columns(2, gap="medium")
    metrics: tuple[Metric, ...] = ("accuracy", "loss")
    for column, metric in zip((left, right), metrics, strict=True):
        with column, st.container(gap="xxsmall"):
            st.header(metric.capitalize(), anchor=False)
            _draw_curve(metric, names, histories, options, planned_epochs=planned_epochs)
    st.html(legend_html(names, histories))


def legend_html(names: Sequence[str], histories: Sequence[History]) -> str:
    """One line for both charts: the runs, if there are several, and what the lines mean."""
    runs = [
        f'<span><i style="background: {color}"></i>{escape(name)}</span>'
        for name, color in zip(names, RUN_COLORS, strict=False)
    ]
    texts = [f"<span>{text}</span>" for text in learning_curves.legend_texts(histories)]
    return f'<div class="lab-legend">{"".join([*(runs if len(names) > 1 else []), *texts])}</div>'


def _draw_curve(
    metric: Metric,
    names: tuple[str, ...],
    histories: Sequence[History],
    options: ChartOptions,
    *,
    planned_epochs: float,
) -> None:
    axis, log = options.axis, options.log and metric == "loss"
    spec = chart_spec(
        learning_curves.learning_chart,
        title=metric.capitalize(),
        runs=names,
        axis=axis,
        log=log,
        percent=metric == "accuracy",
        legend=False,
        height=CURVE_HEIGHT,
    )
    frame = frame_rows(metric, histories, axis=axis, log=log, planned_epochs=planned_epochs)
    rows = {
        "lines": learning_rows(metric, names, histories, axis=axis, smoothing=options.smoothing),
        "best": best_rows(metric, names, histories, axis=axis),
        "annotations": annotation_rows(
            metric, names, histories, axis=axis, x_max=frame[0]["x_max"]
        ),
        "frame": frame,
    }
    description = f"Training and validation {metric} by {AXIS_LABELS[axis]}"
    draw_chart(spec, rows, key=f"chart {metric}", description=description)


def draw_details(names: Sequence[str], histories: Sequence[History], options: ChartOptions) -> None:
    """Draw the first run's confusion matrix, the learning rates and, folded, the speeds."""
    names = tuple(names)
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_confusion_matrix(names[0], histories[0])
    with right:
        st.header("Learning rate", anchor=False)
        _draw_step_curve("learning_rate", "Learning rate", names, histories, axis=options.axis)
        with st.expander("Training speed", icon=":material/speed:", key="speed"):
            _draw_step_curve("images_per_second", "Images/s", names, histories, axis=options.axis)


def _draw_step_curve(
    metric: Literal["learning_rate", "images_per_second"],
    title: str,
    names: tuple[str, ...],
    histories: Sequence[History],
    *,
    axis: Axis,
) -> None:
    rows = [
        {"x": x, "value": value, "run": name}
        for name, history in zip(names, histories, strict=True)
        for x, value in step_curve(history, metric, axis=axis)
    ]
    if not rows:
        st.caption("Too fast to measure.")
        return
    axis_format = "~s" if metric == "images_per_second" else "~g"
    spec = chart_spec(
        learning_curves.step_chart, title=title, runs=names, axis=axis, axis_format=axis_format
    )
    description = f"{title} by {AXIS_LABELS[axis]}"
    draw_chart(spec, {"lines": rows}, key=f"chart {metric}", description=description)


def _draw_confusion_matrix(name: str, history: History) -> None:
    st.header("Confusion matrix: what gets mixed up", anchor=False)
    if not history.epochs:
        st.caption("Available after the first epoch.")
        return
    epoch = history.epochs[-1]
    st.caption(
        f"{escape_markdown(name)}: validation images after epoch {epoch.epoch}. "
        f"{most_common_mistake(epoch.confusion)}"
    )
    draw_chart(
        chart_spec(confusion_matrix.confusion_chart),
        {"cells": confusion_rows(epoch.confusion)},
        key="chart confusion",
        description="Confusion matrix of the validation images",
    )
