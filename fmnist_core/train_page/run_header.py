"""One run in words and figures: its state, how far it is, how good it is, and what went wrong."""

import streamlit as st

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.formatting import format_count, format_duration, format_percent, pluralize
from fmnist_core.runs.report import Report
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.history import History
from fmnist_core.training.phases import trainable_text
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe

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


def header(row: RunSummary, past: History, *, replayed: bool) -> None:
    """State, recipe in a line, and the figures that matter now."""
    recipe = row.recipe
    if recipe is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not replayed:
            _state(row, past)
        _origin(row)
        if row.data == "drawn":
            st.badge("drawn garments", color="orange", icon=":material/draw:")
    st.caption(" · ".join(recipe_words(row, recipe, past)))
    shown = (
        _final_figures(row.report) if row.report and not replayed else _live_figures(recipe, past)
    )
    if row.state is RunState.QUEUED and not past.last:
        return
    with st.container(horizontal=True, gap="large", key="figures"):
        for label, figure, meaning in shown:
            st.metric(label, figure, help=meaning, width="content")
    if replayed or row.report is None:
        share, words = progress(recipe, past)
        st.progress(share, text=words)
    elif words := reported_words(row):
        st.caption(words)


def _state(row: RunSummary, past: History) -> None:
    if row.state is RunState.RUNNING and past.paused:
        st.badge("paused", color="orange", icon=":material/pause:")
    else:
        words = STATE_WORDS.get(row.state, row.state.value)
        st.badge(words, color=STATE_COLOURS[row.state])  # type: ignore[arg-type]


def _origin(row: RunSummary) -> None:
    whole = row.started_from or f"Its recipe asks for {row.weights}; it has not begun."
    scratch = row.initial_weights_text == "from scratch"
    st.badge(row.initial_weights_text, color="gray" if scratch else "violet", help=whole)


def recipe_words(row: RunSummary, recipe: Recipe, past: History) -> list[str]:
    """What was asked for, and how it goes about it."""
    several = f" in {len(recipe.phases)} phases" if recipe.earlier_phases else ""
    size = recipe.input_spec.size
    return [
        row.model_title,
        row.data_title,
        *([f"{size} × {size} pixels"] if size != IMAGE_SIZE else []),
        pluralize(recipe.total_epochs, "epoch") + several,
        f"batch {recipe.batch_size}",
        f"{recipe.optimiser}, rate {recipe.learning_rate:g}, {recipe.schedule}",
        *_ways(row, recipe, past),
    ]


def _ways(row: RunSummary, recipe: Recipe, past: History) -> list[str]:
    cached = any(phase.cached_features for phase in past.phases)
    if row.report:
        cached = row.report.cached_features
    began = past.started
    in_parts = parts(recipe, began.micro_batch, began.num_train) if began else None
    return [*(["features computed once"] if cached else []), *([in_parts] if in_parts else [])]


def progress(recipe: Recipe, past: History) -> tuple[float, str]:
    """The share of what is under way that is done, and in what words."""
    if past.feature_progress:
        share = min(past.feature_progress.done / max(past.feature_progress.total, 1), 1.0)
        left = f", {format_duration(past.feature_progress.eta_seconds)} left" if share < 1 else ""
        return share, f"The frozen backbone looks at every image once: {share:.0%}{left}"
    share = min(past.epochs_done / recipe.total_epochs, 1.0)
    if not recipe.earlier_phases or not past.phases:
        return share, ""
    phase = past.phases[-1]
    place = f"Phase {phase.number} of {len(recipe.phases)}"
    return share, f"{place}: {trainable_text(phase.trainable)}, rate {phase.learning_rate:g}"


def reported_words(row: RunSummary) -> str:
    """What is published for the recipe that a finished run followed, or nothing."""
    entry = PRESETS.get(row.follows or "")
    if entry is None or entry.reported is None:
        return ""
    return f"For this recipe ({entry.title}) its authors report {entry.reported}, on Fashion-MNIST."


def _live_figures(recipe: Recipe, past: History) -> Figures:
    step = past.steps[-1] if past.steps else None
    epoch = past.epochs[-1] if past.epochs else None
    return [
        (
            "Epoch",
            f"{past.epochs_done:.1f} of {recipe.total_epochs}",
            "Early stopping may end a phase before its last epoch." if recipe.patience else None,
        ),
        (
            "Validation accuracy",
            format_percent(epoch.validation_accuracy) if epoch else "–",
            "On 1 in 12 images that it never learns from, after each epoch.",
        ),
        (
            "Training loss",
            f"{step.loss:.3f}" if step else "–",
            "How far its answers are from the truth: lower is better; a blind guess has 2.3.",
        ),
        ("Images/s", f"{step.images_per_second:,.0f}" if step else "–", None),
        ("Time left", format_duration(step.eta_seconds) if step else "–", None),
    ]  # fmt: skip


def _final_figures(report: Report) -> Figures:
    return [
        (
            "Test accuracy",
            format_percent(report.test_accuracy),
            f"On {report.num_test:,} images that played no part in training, looked at once.",
        ),
        (
            "Best validation",
            format_percent(report.validation_accuracy),
            f"After epoch {report.best_epoch} of {report.epochs_done}; these weights were kept.",
        ),
        ("Training time", format_duration(report.train_seconds), f"On {report.environment.device}."),
        ("Parameters", format_count(report.parameters), "Numbers that the model learned."),
    ]


def reasons(row: RunSummary, past: History, *, replayed: bool) -> None:
    """Why it is not going on, and what a class should look at."""
    warned, ended, traced = (st.container() for _ in range(3))
    with warned:
        for warning in past.warnings:
            st.warning(warning, icon=":material/warning:")
    reason = None if replayed else row.run.reason()
    if reason is None:
        return
    wrong = row.state in (RunState.FAILED, RunState.DAMAGED)
    with ended:
        (st.error if wrong else st.info)(reason)
    if past.failed and wrong:
        with traced, st.expander("Traceback", icon=":material/code:", key=f"traceback {row.id}"):
            st.code(past.failed.traceback, language=None, wrap_lines=True)


def parts(recipe: Recipe, micro_batch: int | None, num_train: int | None = None) -> str | None:
    """How a batch goes through in parts, or `None` where it goes through whole."""
    size = min(recipe.batch_size, num_train or recipe.train_images or recipe.batch_size)
    if micro_batch is None or micro_batch >= size:
        return None
    return f"{size} images go through in {-(-size // micro_batch)} parts of {micro_batch}"
