"""The charts of the live view, and the controls above them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import streamlit as st

from fmnist_core.charts import confusion_matrix, learning_curves
from fmnist_core.charts.confusion_matrix import confusion_rows, most_common_mistake
from fmnist_core.charts.learning_curves import (
    LEGEND_TEXT,
    PHASES_LEGEND_TEXT,
    Metric,
    annotation_rows,
    best_rows,
    learning_rows,
)
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.training.history import Axis, History, step_curve
from fmnist_core.ui.live_chart import draw_chart

AXIS_LABELS: Mapping[Axis, str] = MappingProxyType(
    {"epochs": "epochs", "images": "images seen", "seconds": "time"}
)


def draw_charts(names: Sequence[str], histories: Sequence[History]) -> None:
    """Draw loss, accuracy, learning rate and speed, and the first run's confusion matrix."""
    axis, log_scale, smoothing = _draw_controls()
    names = tuple(names)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Loss**")
        _draw_learning_curves(
            "loss", names, histories, axis=axis, log_scale=log_scale, smoothing=smoothing
        )
    with right:
        st.markdown("**Accuracy**")
        _draw_learning_curves(
            "accuracy", names, histories, axis=axis, log_scale=False, smoothing=smoothing
        )
    phases = PHASES_LEGEND_TEXT if any(history.phases[1:] for history in histories) else ""
    hint = " · click a run's name to hide or show it" if len(names) > 1 else ""
    st.caption(LEGEND_TEXT + phases + hint)
    left, right = st.columns(2, gap="medium")
    with left:
        _draw_step_curve(
            "learning_rate", "Learning rate", "Learning rate", names, histories, axis=axis
        )
        _draw_step_curve("images_per_second", "Speed", "Images/s", names, histories, axis=axis)
    with right:
        _draw_confusion_matrix(names[0], histories[0])


def _draw_controls() -> tuple[Axis, bool, float]:
    """Draw the controls; return the x-axis, whether the loss is on a log scale, the smoothing."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="controls"):
        axis: Axis = st.segmented_control(
            "X-axis",
            list(AXIS_LABELS),
            default="epochs",
            format_func=lambda axis: AXIS_LABELS[axis],
            key="axis",
            required=True,
            persist_state="session",
        )
        scale = st.segmented_control(
            "Loss axis",
            ["linear", "log"],
            default="linear",
            key="loss scale",
            required=True,
            persist_state="session",
        )
        smoothing = st.slider(
            "Smooth the training curve",
            0.0,
            0.95,
            0.0,
            0.05,
            key="smoothing",
            width=260,
            help="Higher values hide the jitter and show the trend.",
            persist_state="session",
        )
    return axis, scale == "log", smoothing


def _draw_learning_curves(
    metric: Metric, names: tuple[str, ...], histories: Sequence[History], *,
    axis: Axis, log_scale: bool, smoothing: float,
) -> None:  # fmt: skip
    spec = chart_spec(
        learning_curves.learning_chart,
        title=metric.capitalize(),
        runs=names,
        axis=axis,
        log=log_scale,
        percent=metric == "accuracy",
    )
    rows = {
        "lines": learning_rows(metric, names, histories, axis=axis, smoothing=smoothing),
        "best": best_rows(metric, names, histories, axis=axis),
        "annotations": annotation_rows(metric, names, histories, axis=axis),
    }
    description = f"Training and validation {metric} by {AXIS_LABELS[axis]}"
    draw_chart(spec, rows, key=f"chart {metric}", description=description)


def _draw_step_curve(
    metric: Literal["learning_rate", "images_per_second"],
    heading: str,
    title: str,
    names: tuple[str, ...],
    histories: Sequence[History],
    *,
    axis: Axis,
) -> None:
    st.markdown(f"**{heading}**")
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
    description = f"{heading} by {AXIS_LABELS[axis]}"
    draw_chart(spec, {"lines": rows}, key=f"chart {metric}", description=description)


def _draw_confusion_matrix(name: str, history: History) -> None:
    st.markdown("**Confusion matrix: what gets mixed up**")
    if not history.epochs:
        st.caption("Available after the first epoch.")
        return
    epoch = history.epochs[-1]
    st.caption(
        f"{name}: validation images after epoch {epoch.epoch}. "
        f"{most_common_mistake(epoch.confusion)}"
    )
    draw_chart(
        chart_spec(confusion_matrix.confusion_chart),
        {"cells": confusion_rows(epoch.confusion)},
        key="chart confusion",
        description="Confusion matrix of the validation images",
    )
