"""Curves: how the picked runs learned, laid over each other."""

from typing import Literal

import streamlit as st

from fmnist_core.charts import learning_curves
from fmnist_core.compare_page import render
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Paragraph
from fmnist_core.formatting import escape_markdown
from fmnist_core.runs.comparison import Comparison
from fmnist_core.training.history import Axis, History
from fmnist_core.ui import run_history
from fmnist_core.ui.live_chart import spec

AXES: tuple[Axis, ...] = ("epochs", "images", "seconds")
AXIS_WORDS: dict[Axis, str] = {
    "epochs": "epochs",
    "images": "images seen",
    "seconds": "seconds",
}


def show(contest: Comparison) -> None:
    """Ask for the axes, and draw."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        axis: Axis = st.segmented_control(
            "Against", AXES, default=AXES[0], format_func=AXIS_WORDS.__getitem__, required=True,
            key="curves axis", persist_state="session",
        )  # fmt: skip
        scale = st.segmented_control(
            "Loss axis", ["linear", "log"], default="linear", required=True, key="curves scale",
            persist_state="session",
        )  # fmt: skip
        late = st.toggle(
            "Without the first epoch", key="curves late", persist_state="session",
            help="The steep start takes up most of the chart; without it the ends can be told "
            "apart.",
        )  # fmt: skip
    shown = blocks(contest, axis=axis, log=scale == "log", late=late)
    render.show(shown, key=f"curves {axis} {scale} {late}")


def report(contest: Comparison) -> list[Block]:
    """Against epochs."""
    return blocks(contest)


def blocks(
    contest: Comparison, *, axis: Axis = "epochs", log: bool = False, late: bool = False
) -> list[Block]:
    """Loss and accuracy, training and validation."""
    pasts = pasts_of(contest)
    shown: list[Block] = []
    if missing := [name for name, past in zip(contest.names, pasts, strict=True) if not past.last]:
        names = ", ".join(map(escape_markdown, missing))
        shown.append(Paragraph(text=f"No curves were recorded for {names}.", kind="warning"))
    phases = learning_curves.PHASES if any(past.phases[1:] for past in pasts) else ""
    return [
        *shown,
        Columns(
            blocks=(
                learning_chart(contest, pasts, "loss", axis=axis, log=log, late=late),
                learning_chart(contest, pasts, "accuracy", axis=axis, late=late),
            )
        ),
        Paragraph(text=learning_curves.LEGEND + phases, kind="hint"),
    ]


def pasts_of(contest: Comparison) -> list[History]:
    """What happened in each run."""
    return [run_history.past(entrant.summary.run) for entrant in contest.runs]


def learning_chart(
    contest: Comparison,
    pasts: list[History],
    figure: Literal["loss", "accuracy"],
    *,
    axis: Axis,
    log: bool = False,
    late: bool = False,
    marks: tuple[dict[str, object], ...] = (),
) -> Chart:
    """One figure of all runs; `marks` are lines beside those that the runs bring.

    `late` leaves out the first epoch of a run that has more.
    """
    names = contest.names
    rows = {
        "lines": learning_curves.learning_rows(figure, names, pasts, axis=axis, smoothing=0.0),
        "best": learning_curves.best_rows(figure, names, pasts, axis=axis),
        "marks": learning_curves.mark_rows(figure, names, pasts, axis=axis),
    }
    if late:
        begins = {
            name: past.at(past.epochs[0], axis) if len(past.epochs) > 1 else 0.0
            for name, past in zip(names, pasts, strict=True)
        }
        rows = {part: [row for row in each if row["x"] >= begins[row["run"]]]
                for part, each in rows.items()}  # fmt: skip
    return Chart(
        title=figure.capitalize(),
        spec=spec(
            learning_curves.learning_chart,
            title=figure.capitalize(), runs=names, axis=axis, log=log,
            percent=figure == "accuracy",
        ),
        rows={**rows, "marks": [*rows["marks"], *marks]},
        says=f"Training and validation {figure} of the picked runs",
    )  # fmt: skip
