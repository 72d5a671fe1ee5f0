"""The header of a run: its state, its figures, its progress, its recipe and its messages."""

import math
from types import MappingProxyType

import streamlit as st

from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.formatting import (
    escape_markdown,
    format_count,
    format_duration,
    format_percent,
    pluralize,
)
from fmnist_core.jobs.control import STOPPED_BY_USER
from fmnist_core.runs.report import Report
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page.figures import Figure, figures_html, progress_html
from fmnist_core.training.history import History
from fmnist_core.training.phases import trainable_text
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import format_value

STATE_COLORS = MappingProxyType(
    {
        RunState.RUNNING: "green",
        RunState.QUEUED: "blue",
        RunState.PAUSED: "orange",
        RunState.FINISHED: "gray",
        RunState.STOPPED: "orange",
        RunState.INTERRUPTED: "orange",
        RunState.FAILED: "red",
        RunState.DAMAGED: "red",
    }
)
STATE_TEXTS = MappingProxyType({RunState.RUNNING: "training", RunState.QUEUED: "waiting"})
PINNED_HINT = "It stays when the oldest runs are deleted to free space."
IMPORTED_HINT = "It comes from a file: nothing proves that it was trained as it says."


def draw_badges(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the state and the origin of the run in one line."""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", width="content", key="badges"
    ):
        if run.is_example:
            st.badge("example", color="gray", icon=":material/school:")
        elif not is_replay:
            _draw_state(run, history)
        if run.is_imported:
            st.badge("imported", color="gray", icon=":material/upload_file:", help=IMPORTED_HINT)
        if run.is_pinned:
            st.badge("pinned", color="gray", icon=":material/keep:", help=PINNED_HINT)
        _draw_initial_weights(run)
        if run.data == "drawn":
            st.badge("synthetic garments", color="orange", icon=":material/draw:")


def draw_figures(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the figures that matter now, and how far training is."""
    recipe = run.recipe
    if recipe is None:
        return
    report = None if is_replay else run.report
    if report:
        st.html(figures_html(_final_figures(report)))
        return
    is_live = run.state is RunState.RUNNING
    fraction, label, text = progress(run, recipe, history)
    st.html(
        figures_html(_live_figures(recipe, history, has_time_left=is_live and not is_replay))
        + progress_html(fraction, label, text=text)
    )


def draw_recipe(run: RunSummary, history: History) -> None:
    """Draw the recipe in one line, and what its authors report."""
    if run.recipe is None:
        return
    texts = [" · ".join(recipe_texts(run, run.recipe, history))]
    if run.report and (published := published_result_text(run)):
        texts.append(published)
    st.caption("  \n".join(texts))


def _draw_state(run: RunSummary, history: History) -> None:
    if run.state is RunState.PAUSED or (run.state is RunState.RUNNING and history.is_paused):
        st.badge("paused", color="orange", icon=":material/pause:")
    else:
        text = STATE_TEXTS.get(run.state, run.state.value)
        st.badge(text, color=STATE_COLORS[run.state])  # type: ignore[arg-type]


def _draw_initial_weights(run: RunSummary) -> None:
    hint = run.started_from or f"Will start from {run.weights}."
    color = "gray" if run.initial_weights_text == "from scratch" else "violet"
    text, hint = escape_markdown(run.initial_weights_text), escape_markdown(hint)
    st.badge(text, color=color, help=hint)  # type: ignore[arg-type]


def recipe_texts(run: RunSummary, recipe: Recipe, history: History) -> list[str]:
    """Short texts about the recipe and about how it is executed."""
    phases = f" in {len(recipe.phases)} phases" if recipe.earlier_phases else ""
    size = recipe.input_spec.size
    return [
        run.model_title,
        run.data_title,
        *([f"{recipe.train_images:,} training images"] if recipe.train_images else []),
        *([f"{size} × {size} pixels"] if size != IMAGE_SIZE else []),
        pluralize(recipe.total_epochs, "epoch") + phases,
        f"batch size {recipe.batch_size}",
        f"{format_value('optimiser', recipe.optimizer, recipe)}, "
        f"learning rate {recipe.learning_rate:g}, "
        f"{format_value('schedule', recipe.schedule, recipe).lower()}",
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
        *([f"{format_count(run.report.parameters)} parameters"] if run.report else []),
        *(["features computed once"] if cached_features else []),
        *([micro_batches] if micro_batches else []),
    ]


def progress(run: RunSummary, recipe: Recipe, history: History) -> tuple[float, str, str]:
    """The completed fraction of training, or of computing features, its name, and a text."""
    if history.feature_progress:
        done, total = history.feature_progress.done, history.feature_progress.total
        fraction = min(done / max(total, 1), 1.0)
        left = f", {format_duration(history.feature_progress.eta_seconds)} left"
        text = f"Computing features with the frozen backbone: {fraction:.0%}"
        return fraction, "Features computed", text + (left if fraction < 1 else "")
    fraction = min(history.epochs_done / recipe.total_epochs, 1.0)
    return fraction, "Training progress", _progress_text(run, recipe, history)


def _progress_text(run: RunSummary, recipe: Recipe, history: History) -> str:
    if run.is_active and not history.last:
        if run.state is RunState.QUEUED:
            return "Waiting in the queue. The curves begin as soon as training starts."
        return "Getting ready: the first results appear in a few seconds."
    if not recipe.earlier_phases or not history.phases:
        return ""
    phase = history.phases[-1]
    return (
        f"Phase {phase.number} of {len(recipe.phases)}: {trainable_text(phase.trainable)}, "
        f"learning rate {phase.learning_rate:g}"
    )


def published_result_text(run: RunSummary) -> str:
    """The published result of the preset that a finished run followed; empty without one."""
    preset = PRESETS.get(run.preset_key or "")
    if preset is None or preset.reported is None:
        return ""
    return f"The authors of this recipe ({preset.title}) report {preset.reported} on Fashion-MNIST."


def _live_figures(recipe: Recipe, history: History, *, has_time_left: bool) -> list[Figure]:
    step = history.steps[-1] if history.steps else None
    epoch = history.epochs[-1] if history.epochs else None
    held_out = f"{history.started.num_validation:,} images" if history.started else "1 in 12 images"
    time_left = Figure(label="Time left", value=format_duration(step.eta_seconds) if step else "–")
    return [
        Figure(
            label="Validation accuracy",
            value=format_percent(epoch.validation_accuracy) if epoch else "–",
            hint=f"Checked after each epoch on {held_out} held out from training.",
            is_main=True,
        ),
        Figure(
            label="Epoch",
            value=epoch_text(recipe, history),
            hint="Early stopping may end training before the last epoch."
            if recipe.patience
            else "One epoch is one pass over all training images.",
        ),
        Figure(
            label="Training loss",
            value=f"{step.loss:.3f}" if step else "–",
            hint="How wrong the model is on its training data (cross-entropy); lower is better. "
            "Random guessing scores 2.3.",
        ),
        *([time_left] if has_time_left else []),
    ]


def epoch_text(recipe: Recipe, history: History) -> str:
    """`4 of 8`, while the fourth epoch is trained."""
    return f"{math.ceil(history.epochs_done)} of {recipe.total_epochs}"


def _final_figures(report: Report) -> list[Figure]:
    return [
        Figure(
            label="Test accuracy",
            value=format_percent(report.test_accuracy),
            hint=f"This is the result: measured once, on {report.num_test:,} images that were not "
            "used in training.",
            is_main=True,
        ),
        Figure(
            label="Validation accuracy",
            value=format_percent(report.validation_accuracy),
            hint=f"After epoch {report.best_epoch} of {report.epochs_done}, the best one: its "
            "weights are saved. It chose the epoch, so it is a little too good.",
        ),
        Figure(
            label="Training time",
            value=format_duration(report.train_seconds),
            hint=f"On {report.environment.device}.",
        ),
    ]


def draw_messages(run: RunSummary, history: History, *, is_replay: bool) -> None:
    """Draw the warnings of the run, and why it ended early if it did."""
    warnings, ending, traceback = (st.container() for _ in range(3))
    with warnings:
        for warning in history.warnings:
            st.warning(escape_markdown(warning), icon=":material/warning:")
    # A look at the disk, for each browser that watches: only where there may be a reason.
    has_ended = run.state not in (RunState.RUNNING, RunState.QUEUED)
    reason = run.run.reason() if has_ended and not is_replay else None
    if reason is None:
        return
    if run.state is RunState.STOPPED and run.recipe:
        reason = stopped_text(run.recipe, history, reason)
    if run.state is RunState.PAUSED and run.recipe:
        reason = paused_text(run.recipe, history)
    is_error = run.state in (RunState.FAILED, RunState.DAMAGED)
    with ending:
        # A run from elsewhere may hold any text, even an image of another site.
        (st.error if is_error else st.info)(escape_markdown(reason))
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


def paused_text(recipe: Recipe, history: History) -> str:
    """Where a pause has made room for others, and how the run goes on."""
    where = f" at epoch {epoch_text(recipe, history)}" if history.last else ""
    return (
        f"Paused{where}; meanwhile others can train. Press Resume, and it goes on from here as "
        "soon as it is its turn."
    )


def stopped_text(recipe: Recipe, history: History, reason: str) -> str:
    """Where training has stopped, why unless a user stopped it, and how it goes on."""
    why = "" if reason == STOPPED_BY_USER else f" {reason}"
    if not history.last:
        return f"Stopped before the first epoch.{why} Press Continue training to start."
    return f"Stopped at epoch {epoch_text(recipe, history)}.{why} Press Continue training to go on."
