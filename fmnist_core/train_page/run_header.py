"""The header of a run: its state, its recipe, its progress, its metrics and its messages."""

import math
from types import MappingProxyType

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

STATE_COLORS = MappingProxyType(
    {
        RunState.RUNNING: "green",
        RunState.QUEUED: "blue",
        RunState.FINISHED: "gray",
        RunState.STOPPED: "orange",
        RunState.INTERRUPTED: "orange",
        RunState.FAILED: "red",
        RunState.DAMAGED: "red",
    }
)
STATE_TEXTS = MappingProxyType({RunState.RUNNING: "training", RunState.QUEUED: "waiting"})
Metrics = list[tuple[str, str, str | None]]
"""Label, value and hint of each."""


def draw_header(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the state, the recipe in one line, and the metrics that matter now."""
    recipe = run.recipe
    if recipe is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not is_replay:
            _draw_state(run, history)
        _draw_initial_weights(run)
        if run.data == "drawn":
            st.badge("synthetic garments", color="orange", icon=":material/draw:")
    st.caption(" · ".join(recipe_texts(run, recipe, history)))
    if run.state is RunState.QUEUED and not history.last:
        return
    report = None if is_replay else run.report
    metrics = _final_metrics(report) if report else _live_metrics(recipe, history)
    with st.container(horizontal=True, gap="large", key="metrics"):
        for label, value, hint in metrics:
            st.metric(label, value, help=hint, width="content")
    if report is None:
        fraction, text = progress(recipe, history)
        st.progress(fraction, text=text)
    elif text := published_result_text(run):
        st.caption(text)


def _draw_state(run: RunSummary, history: History) -> None:
    if run.state is RunState.RUNNING and history.is_paused:
        st.badge("paused", color="orange", icon=":material/pause:")
    else:
        text = STATE_TEXTS.get(run.state, run.state.value)
        st.badge(text, color=STATE_COLORS[run.state])  # type: ignore[arg-type]


def _draw_initial_weights(run: RunSummary) -> None:
    hint = run.started_from or f"Will start from {run.weights}."
    color = "gray" if run.initial_weights_text == "from scratch" else "violet"
    st.badge(run.initial_weights_text, color=color, help=hint)  # type: ignore[arg-type]


def recipe_texts(run: RunSummary, recipe: Recipe, history: History) -> list[str]:
    """Short texts about the recipe and about how it is executed."""
    phases = f" in {len(recipe.phases)} phases" if recipe.earlier_phases else ""
    size = recipe.input_spec.size
    return [
        run.model_title,
        run.data_title,
        *([f"{size} × {size} pixels"] if size != IMAGE_SIZE else []),
        pluralize(recipe.total_epochs, "epoch") + phases,
        f"batch size {recipe.batch_size}",
        f"{recipe.optimizer}, learning rate {recipe.learning_rate:g}, {recipe.schedule}",
        *_execution_texts(run, recipe, history),
    ]


def _execution_texts(run: RunSummary, recipe: Recipe, history: History) -> list[str]:
    cached_features = any(phase.cached_features for phase in history.phases)
    if run.report:
        cached_features = run.report.cached_features
    started = history.started
    micro_batches = (
        micro_batch_text(recipe, started.micro_batch, started.num_train) if started else None
    )
    return [
        *(["features computed once"] if cached_features else []),
        *([micro_batches] if micro_batches else []),
    ]


def progress(recipe: Recipe, history: History) -> tuple[float, str]:
    """The completed fraction of training or of computing features, and a text beside the bar."""
    if history.feature_progress:
        fraction = min(history.feature_progress.done / max(history.feature_progress.total, 1), 1.0)
        left = (
            f", {format_duration(history.feature_progress.eta_seconds)} left"
            if fraction < 1
            else ""
        )
        return fraction, f"Computing features with the frozen backbone: {fraction:.0%}{left}"
    fraction = min(history.epochs_done / recipe.total_epochs, 1.0)
    if not recipe.earlier_phases or not history.phases:
        return fraction, ""
    phase = history.phases[-1]
    return fraction, (
        f"Phase {phase.number} of {len(recipe.phases)}: {trainable_text(phase.trainable)}, "
        f"learning rate {phase.learning_rate:g}"
    )


def published_result_text(run: RunSummary) -> str:
    """The published result of the preset that a finished run followed; empty without one."""
    preset = PRESETS.get(run.preset_key or "")
    if preset is None or preset.reported is None:
        return ""
    return f"The authors of this recipe ({preset.title}) report {preset.reported} on Fashion-MNIST."


def _live_metrics(recipe: Recipe, history: History) -> Metrics:
    step = history.steps[-1] if history.steps else None
    epoch = history.epochs[-1] if history.epochs else None
    held_out = f"{history.started.num_validation:,} images" if history.started else "1 in 12 images"
    return [
        (
            "Epoch",
            f"{math.ceil(history.epochs_done)} of {recipe.total_epochs}",
            "Early stopping may end training before the last epoch." if recipe.patience else None,
        ),
        (
            "Validation accuracy",
            format_percent(epoch.validation_accuracy) if epoch else "–",
            f"Checked after each epoch on {held_out} held out from training.",
        ),
        (
            "Training loss",
            f"{step.loss:.3f}" if step else "–",
            "How wrong the model is on its training data (cross-entropy); lower is better. "
            "Random guessing scores 2.3.",
        ),
        ("Images/s", f"{step.images_per_second:,.0f}" if step else "–", None),
        ("Time left", format_duration(step.eta_seconds) if step else "–", None),
    ]  # fmt: skip


def _final_metrics(report: Report) -> Metrics:
    return [
        (
            "Test accuracy",
            format_percent(report.test_accuracy),
            f"Measured once, on {report.num_test:,} images that were not used in training.",
        ),
        (
            "Best validation accuracy",
            format_percent(report.validation_accuracy),
            f"After epoch {report.best_epoch} of {report.epochs_done}; its weights are saved.",
        ),
        (
            "Training time",
            format_duration(report.train_seconds),
            f"On {report.environment.device}.",
        ),
        ("Parameters", format_count(report.parameters), "Numbers that the model learned."),
    ]


def draw_messages(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the warnings of the run, and why it ended early if it did."""
    warnings, ending, traceback = (st.container() for _ in range(3))
    with warnings:
        for warning in history.warnings:
            st.warning(warning, icon=":material/warning:")
    reason = None if is_replay else run.run.reason()
    if reason is None:
        return
    is_error = run.state in (RunState.FAILED, RunState.DAMAGED)
    with ending:
        (st.error if is_error else st.info)(reason)
    if history.failed and is_error:
        with traceback, st.expander("Traceback", icon=":material/code:", key=f"traceback {run.id}"):
            st.code(history.failed.traceback, language=None, wrap_lines=True)


def micro_batch_text(
    recipe: Recipe, micro_batch: int | None, num_train: int | None = None
) -> str | None:
    """How a batch is split to fit into memory, or `None` if it is not."""
    size = min(recipe.batch_size, num_train or recipe.train_images or recipe.batch_size)
    if micro_batch is None or micro_batch >= size:
        return None
    return f"batch of {size} in {math.ceil(size / micro_batch)} micro-batches of {micro_batch}"
