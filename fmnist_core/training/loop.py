"""The training loop: a generator of events that the page, the commands and the tests share."""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.data.corruption import corrupt
from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import to_inputs
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.training import devices, memory
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.data_parallel import WorkerGroup
from fmnist_core.training.distillation import distillation_loss
from fmnist_core.training.events import (
    ControlChanged,
    Event,
    FeatureProgress,
    Snapshot,
    Step,
    TrainingWarning,
)
from fmnist_core.training.fit_options import FitControl, InitialWeights, Teacher
from fmnist_core.training.frozen_features import cache_features
from fmnist_core.training.precision import select_precision
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.schedules import SCHEDULES
from fmnist_core.training.state import TrainingState
from fmnist_core.training.state_events import (
    divergence_error,
    explosion_warning,
    memory_warning,
    phase_started_event,
    remaining_seconds,
    started_event,
)
from fmnist_core.training.validation import finish, finish_epoch

REPORT_SECONDS = 0.5
EXPLODED_LOSS = 2 * math.log(NUM_CLASSES)
"""Random guessing has a loss of ln 10; twice that means confidently wrong."""


def fit(
    recipe: Recipe,
    data: Dataset,
    *,
    initial: InitialWeights | None = None,
    teacher: Teacher | None = None,
    snapshot: Snapshot | None = None,
    control: FitControl | None = None,
) -> Iterator[Event]:
    """Train `recipe` on `data`, yielding events in order.

    Starts from `initial` or resumes from `snapshot`, and learns from `teacher`, too; the caller
    loads them according to `recipe.weights` and `recipe.distillation`. The last event is a
    `FitResult`, or a `Snapshot` if `control` stops the training. The test set is used once, for
    the result. Raises `DivergedError` if the loss becomes infinite or NaN, and `RecipeError` if
    nothing fits into memory.
    """
    assert (recipe.weights == "scratch") == (initial is None) or snapshot is not None
    assert bool(recipe.distillation.teacher) == (teacher is not None)
    torch.set_num_threads(devices.usable_threads())
    workers = WorkerGroup.current()
    data = corrupt(data, recipe.corruption, seed=recipe.seed)
    device = devices.select_device(recipe)
    precision = (
        snapshot.values["precision"]
        if snapshot
        else workers.first_decides(lambda: select_precision(recipe, device))
    )
    state = TrainingState(
        recipe, DeviceData(data, device), precision=precision, initial=initial, teacher=teacher
    )
    if snapshot is not None:
        state.restore(snapshot)
    events = _train(state, workers.follow(control or FitControl()))
    while True:
        state.stopwatch.start()
        event = next(events, None)
        state.stopwatch.stop()
        if event is None:
            return
        yield event


def _train(state: TrainingState, control: FitControl) -> Iterator[Event]:
    fit_into_memory(state)
    yield started_event(state)
    if state.step == 0:
        yield phase_started_event(state)
    while not state.phase_ended or not state.is_last_phase:
        if state.phase_ended:
            state.enter_phase(state.phase_number + 1)
            fit_into_memory(state)
            yield phase_started_event(state)
        if state.num_views and state.validation_features is None:
            yield from _cache_features(state, control)
        state.workers.agree(control)
        if not control.stop:
            yield from _train_epoch(state, control)
        if control.stop:
            yield state.snapshot()
            return
        yield finish_epoch(state)
        yield state.snapshot()
    yield finish(state)


def _cache_features(state: TrainingState, control: FitControl) -> Iterator[FeatureProgress]:
    """Compute the features of a frozen backbone, until `control` stops the training."""
    for progress in cache_features(state, seconds_between=REPORT_SECONDS):
        yield progress
        if control.stop:
            return


def _train_epoch(state: TrainingState, control: FitControl) -> Iterator[Event]:
    reporter = Reporter(state)
    batches = state.batches.epoch_batches(state.epoch, first_step=state.step_in_epoch)
    for images, labels in batches:
        if control.learning_rate_factor != state.learning_rate_factor:
            yield change_learning_rate(state, control.learning_rate_factor)
        yield from step_within_memory(state, images, labels)
        if state.workers.agree(control, is_due=reporter.is_due()):
            yield from reporter.report()
        if control.stop:
            return


def fit_into_memory(state: TrainingState) -> memory.MemoryModel:
    """Choose the micro-batch size that fits into memory, and return the memory model.

    Raises `RecipeError` if not even two images fit.
    """
    free = memory.free_bytes(state.device)
    inputs = to_inputs(state.data.train_images[:4], state.input_spec)
    memory_model = memory.measure_memory(
        state.model, state.recipe, inputs, precision=state.precision
    )
    state.micro_batch_size = memory.micro_batch_size(
        memory_model, state.recipe, batch_size=state.batches.share_size, free=free
    )
    return memory_model


def step_within_memory(
    state: TrainingState, images: Tensor, labels: Tensor
) -> Iterator[TrainingWarning]:
    """Train one step; if memory runs out, repeat it with half the micro-batch size."""
    while True:
        try:
            train_step(state, images, labels)
        except (RuntimeError, MemoryError) as error:
            # The other workers have averaged the gradients of this step already.
            can_retry = state.micro_batch_size > 2 and state.workers.size == 1
            if not (memory.is_out_of_memory(error) and can_retry):
                raise
        else:
            return
        state.micro_batch_size = -(-state.micro_batch_size // 2)
        state.model.zero_grad(set_to_none=True)
        if state.device.type == "cuda":
            torch.cuda.empty_cache()
        yield memory_warning(state)


def train_step(state: TrainingState, images: Tensor, labels: Tensor) -> None:
    """Train on one batch: forward pass, loss, backward pass and optimizer step.

    If memory is short, the batch is split into micro-batches whose gradients add up.
    """
    set_learning_rate(state)
    state.model.zero_grad(set_to_none=True)
    num_parts = -(-len(labels) // state.micro_batch_size)
    parts = list(zip(images.chunk(num_parts), labels.chunk(num_parts), strict=True))
    metrics = torch.zeros(2, device=state.device)
    for number, (part_images, part_labels) in enumerate(parts, start=1):
        weight = len(part_labels) / len(labels) * state.batches.share_weight
        with state.workers.averaging(state.trained_module, is_last=number == len(parts)):
            metrics += backward(state, part_images, part_labels, weight=weight)
    with state.autocast():  # Muon's matrix products may be rounded, as in Keller Jordan's code
        for optimizer in state.optimizers:
            optimizer.step()
    state.step_in_epoch += 1
    state.record_step(metrics)


def backward(state: TrainingState, images: Tensor, labels: Tensor, *, weight: float) -> Tensor:
    """Add the weighted gradients of a part of a batch; return weighted loss and accuracy, [2]."""
    logits = state.forward(images)
    log_probabilities = functional.log_softmax(logits.float(), dim=1)
    loss = functional.nll_loss(log_probabilities, labels)
    smoothing = state.recipe.label_smoothing
    # The reported loss is the plain one, as in validation; the rest affects only the gradients.
    objective = (1 - smoothing) * loss - smoothing * log_probabilities.mean()
    if state.teacher is not None:
        distillation = state.recipe.distillation
        loss_to_teacher = distillation_loss(
            logits, state.teacher_logits(images), temperature=distillation.temperature
        )
        objective = torch.lerp(objective, loss_to_teacher, distillation.weight)
    (objective * weight).backward()
    accuracy = (logits.argmax(dim=1) == labels).float().mean()
    return weight * torch.stack([loss.detach(), accuracy])


def set_learning_rate(state: TrainingState) -> None:
    """Set the schedule's value in the middle of the coming step, times the user's factor."""
    progress = min((state.step_in_phase + 0.5) / state.phase_steps, 1.0)
    factor = SCHEDULES[state.phase.schedule](progress) * state.learning_rate_factor
    for optimizer in state.optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak_lr"] * factor


def change_learning_rate(state: TrainingState, factor: float) -> ControlChanged:
    """Apply the user's factor from now on."""
    state.learning_rate_factor = factor
    return ControlChanged(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.stopwatch.seconds,
        control="learning rate",
        value=factor,
    )


class Reporter:
    """Reports progress about twice a second; only then does the loop wait for the device."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._last_time = time.perf_counter()
        self._last_seconds = state.stopwatch.seconds
        self._last_step = state.step

    def is_due(self) -> bool:
        return time.perf_counter() - self._last_time >= REPORT_SECONDS

    def report(self) -> Iterator[Step | TrainingWarning]:
        """Yield a step event, and a warning if the loss explodes; raises `DivergedError` on NaN."""
        state = self._state
        loss, accuracy = state.average_metrics()
        if not math.isfinite(loss):
            raise divergence_error(state)
        seconds = state.stopwatch.seconds
        images = (state.step - self._last_step) * state.batches.batch_size
        yield Step(
            step=state.step,
            epoch=state.epochs_done,
            seconds=seconds,
            loss=loss,
            accuracy=accuracy,
            learning_rate=state.optimizers[0].param_groups[0]["lr"],
            images_per_second=images / max(seconds - self._last_seconds, 1e-9),
            eta_seconds=remaining_seconds(state),
        )
        if loss > EXPLODED_LOSS and not state.has_warned:
            state.has_warned = True
            yield explosion_warning(state, loss)
        self._last_time = time.perf_counter()
        self._last_seconds, self._last_step = state.stopwatch.seconds, state.step
