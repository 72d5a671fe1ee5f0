"""All charts of the live view: the rows for them, and the switches above them."""

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import percent
from fmnist_core.training import history
from fmnist_core.training.history import Axis, History, Mark
from fmnist_core.ui import charts
from fmnist_core.ui.charts import PARTS
from fmnist_core.ui.drawing import draw, spec

Rows = list[dict[str, Any]]
Figure = Literal["loss", "accuracy"]
LEGEND = "╌╌ training · ── validation · ◇ best epoch, whose weights are kept · ┊ a knob was turned"
PHASES = " · │ a phase begins"


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
    phases = PHASES if any(past.phases[1:] for past in pasts) else ""
    st.caption(LEGEND + phases + more)
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
    figure: Figure, runs: tuple[str, ...], pasts: Sequence[History], *,
    axis: Axis, log: bool, smoothing: float,
) -> None:  # fmt: skip
    chart = spec(
        charts.learning_chart,
        title=figure.capitalize(),
        runs=runs,
        axis=axis,
        log=log,
        percent=figure == "accuracy",
    )
    rows = {
        "lines": learning_rows(figure, runs, pasts, axis=axis, smoothing=smoothing),
        "best": best_rows(figure, runs, pasts, axis=axis),
        "marks": mark_rows(figure, runs, pasts, axis=axis),
    }
    draw(chart, rows, key=f"chart {figure}", says=f"Training and validation {figure} by {axis}")


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
    chart = spec(charts.step_chart, title=title, runs=runs, axis=axis, axis_format=axis_format)
    draw(chart, {"lines": rows}, key=f"chart {figure}", says=f"{title} by {axis}")


def _confusion(run: str, past: History) -> None:
    if not past.epochs:
        st.markdown("**What it takes for what**")
        st.caption("After the first epoch.")
        return
    epoch = past.epochs[-1]
    st.markdown("**What it takes for what**")
    st.caption(
        f"{run}: validation images after epoch {epoch.epoch}. {worst_words(epoch.confusion)}"
    )
    rows = confusion_rows(epoch.confusion)
    draw(spec(charts.confusion_chart), {"cells": rows}, key="chart confusion",
         says="Confusion matrix of the validation images")  # fmt: skip


def learning_rows(
    figure: Figure, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis, smoothing: float
) -> Rows:
    """Both curves of every run."""
    rows: Rows = []
    for run, past in zip(runs, pasts, strict=True):
        for part, points in (
            (PARTS[0], history.training_curve(past, figure, axis=axis, smoothing=smoothing)),
            (PARTS[1], history.validation_curve(past, figure, axis=axis)),
        ):
            rows += [{"x": x, "value": value, "run": run, "part": part} for x, value in points]
    return rows


def best_rows(figure: Figure, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis) -> Rows:
    """The best epoch of every run."""
    return [
        {
            "x": past.at(best, axis),
            "value": getattr(best, f"validation_{figure}"),
            "run": run,
            "text": f"{best.epoch}, validation accuracy {percent(best.validation_accuracy)}",
        }
        for run, past in zip(runs, pasts, strict=True)
        if (best := past.best)
    ]


def mark_rows(figure: Figure, runs: Sequence[str], pasts: Sequence[History], *, axis: Axis) -> Rows:
    """Where knobs were turned and phases began; several at one moment share a line.

    Words are low where the curves are high: loss begins high, accuracy ends there.
    """
    marks: dict[tuple[str, float], list[Mark]] = {}
    for run, past in zip(runs, pasts, strict=True):
        for mark in past.marks:
            marks.setdefault((run, past.at(mark, axis)), []).append(mark)
    return [
        {
            "x": x,
            "label": ", ".join(mark.label for mark in there),
            "kind": "phase" if any(mark.kind == "phase" for mark in there) else "knob",
            "low": (x > 0) == (figure == "accuracy"),
            "run": run,
        }
        for (run, x), there in marks.items()
    ]


def confusion_rows(confusion: list[list[int]]) -> Rows:
    """A cell for each pair of classes, with its share of the true class."""
    return [
        {
            "true": true,
            "answer": answer,
            "words": str(number or ""),
            "strength": number / max(sum(row), 1),
            "sign": 1,
            "detail": f"{number:,}, {percent(number / max(sum(row), 1))} of the class",
            "says": f"{true} taken for {answer}: {number}",
        }
        for true, row in zip(CLASSES, confusion, strict=True)
        for answer, number in zip(CLASSES, row, strict=True)
    ]


def worst_words(confusion: list[list[int]]) -> str:
    """The commonest mistake, in a sentence."""
    number, true, answer = max(
        (number, true, answer)
        for true, row in enumerate(confusion)
        for answer, number in enumerate(row)
        if true != answer
    )
    if not number:
        return "Not one mistake."
    total = sum(confusion[true])
    return f"Commonest mistake: {CLASSES[true]} taken for {CLASSES[answer]}, {number} of {total}."
