"""One run in words and figures: its state, how far it is, how good it is, and what went wrong."""

import streamlit as st

from fmnist_core.runs.folder import RunState
from fmnist_core.runs.report import Report
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.curves import History
from fmnist_core.ui.wording import count, duration, percent, plural

STATE_COLOURS = {
    RunState.RUNNING: "green",
    RunState.QUEUED: "blue",
    RunState.FINISHED: "gray",
    RunState.STOPPED: "orange",
    RunState.INTERRUPTED: "orange",
    RunState.FAILED: "red",
    RunState.DAMAGED: "red",
}
STATE_WORDS = {RunState.RUNNING: "training", RunState.QUEUED: "waiting"}
Figures = list[tuple[str, str, str | None]]
"""Label, figure, what it means."""


def header(row: Row, past: History, *, replayed: bool) -> None:
    """State, recipe in a line, and the figures that matter now."""
    if row.state is RunState.DAMAGED:
        return
    recipe = row.run.recipe()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not replayed:
            _state(row, past)
        if row.data == "drawn":
            st.badge("drawn garments", color="orange", icon=":material/draw:")
        st.caption(_recipe_words(row, recipe))
    live = replayed or row.state is not RunState.FINISHED
    shown = _live_figures(recipe, past) if live else _final_figures(row.run.report())
    if row.state is RunState.QUEUED and not past.last:
        return
    with st.container(horizontal=True, gap="large", key="figures"):
        for label, figure, meaning in shown:
            st.metric(label, figure, help=meaning, width="content")
    if live:
        st.progress(min(past.epochs_done / recipe.epochs, 1.0))


def _state(row: Row, past: History) -> None:
    if row.state is RunState.RUNNING and past.paused:
        st.badge("paused", color="orange", icon=":material/pause:")
    else:
        words = STATE_WORDS.get(row.state, row.state.value)
        st.badge(words, color=STATE_COLOURS[row.state])  # type: ignore[arg-type]


def _recipe_words(row: Row, recipe: Recipe) -> str:
    return " · ".join(
        [
            row.model_title,
            row.data_title,
            plural(recipe.epochs, "epoch"),
            f"batch {recipe.batch_size}",
            f"{recipe.optimiser}, rate {recipe.learning_rate:g}, {recipe.schedule}",
        ]
    )


def _live_figures(recipe: Recipe, past: History) -> Figures:
    step = past.steps[-1] if past.steps else None
    epoch = past.epochs[-1] if past.epochs else None
    return [
        ("Epoch", f"{past.epochs_done:.1f} of {recipe.epochs}", None),
        (
            "Validation accuracy",
            percent(epoch.validation_accuracy) if epoch else "–",
            "On 1 in 12 images that it never learns from, after each epoch.",
        ),
        (
            "Training loss",
            f"{step.loss:.3f}" if step else "–",
            "How far its answers are from the truth: lower is better; a blind guess has 2.3.",
        ),
        ("Images/s", f"{step.images_per_second:,.0f}" if step else "–", None),
        ("Time left", duration(step.eta_seconds) if step else "–", None),
    ]  # fmt: skip


def _final_figures(report: Report) -> Figures:
    return [
        (
            "Test accuracy",
            percent(report.test_accuracy),
            f"On {report.num_test:,} images that played no part in training, looked at once.",
        ),
        (
            "Best validation",
            percent(report.validation_accuracy),
            f"After epoch {report.best_epoch} of {report.epochs_done}; these weights were kept.",
        ),
        ("Training time", duration(report.train_seconds), f"On {report.environment.device}."),
        ("Parameters", count(report.parameters), "Numbers that the model learned."),
    ]


def reasons(row: Row, past: History, *, replayed: bool) -> None:
    """Why it is not going on, and what a class should look at."""
    for warning in past.warnings:
        st.warning(warning, icon=":material/warning:")
    reason = None if replayed else row.run.reason()
    if reason is None:
        return
    wrong = row.state in (RunState.FAILED, RunState.DAMAGED)
    (st.error if wrong else st.info)(reason)
    if past.failed and wrong:
        with st.expander("Traceback", icon=":material/code:", key=f"traceback {row.id}"):
            st.code(past.failed.traceback, language=None, wrap_lines=True)
