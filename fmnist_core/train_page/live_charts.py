"""All charts of the live view: the rows for them, and the switches above them."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from fmnist_core.charts import confusion_matrix, learning_curves
from fmnist_core.charts.confusion_matrix import confusion_rows, most_frequent_confusion
from fmnist_core.charts.learning_curves import LEGEND_TEXT, PHASES_LEGEND_TEXT, Metric, best_rows, learning_rows, annotation_rows
from fmnist_core.training import history
from fmnist_core.training.history import Axis, History
from fmnist_core.ui.live_chart import draw_chart, chart_spec


def show(names: Sequence[str], pasts: Sequence[History]) -> None:
    """Loss and accuracy, learning rate and speed, and the first run's confusion matrix."""
    axis, log, smoothing = _switches()
    runs = tuple(names)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Loss**")
        _learning("loss", runs, pasts, axis=axis, log=log, smoothing=smoothing)
    with right:
        st.markdown("**Accuracy**")
        _learning("accuracy", runs, pasts, axis=axis, log=False, smoothing=smoothing)
    more = " · click a run's name to hide it or show it again" if len(runs) > 1 else ""
    phases = PHASES_LEGEND_TEXT if any(past.phases[1:] for past in pasts) else ""
    st.caption(LEGEND_TEXT + phases + more)
    left, right = st.columns(2, gap="medium")
    with left:
        _steps("learning_rate", "Learning rate", "Rate", runs, pasts, axis=axis)
        _steps("images_per_second", "Speed", "Images/s", runs, pasts, axis=axis)
    with right:
        _confusion(runs[0], pasts[0])


def _switches() -> tuple[Axis, bool, float]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="switches"):
        axis: Axis = st.segmented_control(
            "Against",
            ["epochs", "images", "seconds"],
            default="epochs",
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
            "Smoothing of the training curve",
            0.0,
            0.95,
            0.0,
            0.05,
            key="smoothing",
            width=260,
            help="0 shows the running mean as it was reported; more looks further back.",
            persist_state="session",
        )
    return axis, scale == "log", smoothing


def _learning(
    figure: Metric, runs: tuple[str, ...], pasts: Sequence[History], *,
    axis: Axis, log: bool, smoothing: float,
) -> None:  # fmt: skip
    chart = chart_spec(
        learning_curves.learning_chart,
        title=figure.capitalize(),
        runs=runs,
        axis=axis,
        log=log,
        percent=figure == "accuracy",
    )
    rows = {
        "lines": learning_rows(figure, runs, pasts, axis=axis, smoothing=smoothing),
        "best": best_rows(figure, runs, pasts, axis=axis),
        "marks": annotation_rows(figure, runs, pasts, axis=axis),
    }
    draw_chart(chart, rows, key=f"chart {figure}", says=f"Training and validation {figure} by {axis}")


def _steps(
    figure: Literal["learning_rate", "images_per_second"],
    heading: str,
    title: str,
    runs: tuple[str, ...],
    pasts: Sequence[History],
    *,
    axis: Axis,
) -> None:
    st.markdown(f"**{heading}**")
    rows = [
        {"x": x, "value": value, "run": run}
        for run, past in zip(runs, pasts, strict=True)
        for x, value in history.step_curve(past, figure, axis=axis)
    ]
    if not rows:
        st.caption("It was over too quickly to be measured.")
        return
    axis_format = "~s" if figure == "images_per_second" else "~g"
    chart = chart_spec(
        learning_curves.step_chart, title=title, runs=runs, axis=axis, axis_format=axis_format
    )
    draw_chart(chart, {"lines": rows}, key=f"chart {figure}", says=f"{title} by {axis}")


def _confusion(run: str, past: History) -> None:
    if not past.epochs:
        st.markdown("**What it takes for what**")
        st.caption("After the first epoch.")
        return
    epoch = past.epochs[-1]
    st.markdown("**What it takes for what**")
    st.caption(
        f"{run}: validation images after epoch {epoch.epoch}. "
        f"{most_frequent_confusion(epoch.confusion)}"
    )
    rows = confusion_rows(epoch.confusion)
    draw_chart(chart_spec(confusion_matrix.confusion_chart), {"cells": rows}, key="chart confusion",
         says="Confusion matrix of the validation images")  # fmt: skip
