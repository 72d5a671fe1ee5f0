"""The training loop: a generator of events that the page, the commands and the tests share."""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import to_inputs
from fmnist_core.evaluation.metrics import confusion_matrix
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.inference import loss_and_accuracy, predict_probabilities
from fmnist_core.training import devices, memory
from fmnist_core.training.batches import DeviceData
from fmnist_core.training.distillation import distillation_loss
from fmnist_core.training.events import (
    ControlChanged,
    Epoch,
    Event,
    FeatureProgress,
    Finished,
    FitResult,
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
    device = devices.select_device(recipe)
    precision = snapshot.values["precision"] if snapshot else select_precision(recipe, device)
    state = TrainingState(
        recipe, DeviceData(data, device), precision=precision, initial=initial, teacher=teacher
    )
    if snapshot is not None:
        state.restore(snapshot)
    events = _train(state, control or FitControl())
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
        if reporter.is_due():
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
        memory_model, state.recipe, batch_size=state.batches.batch_size, free=free
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
            if not memory.is_out_of_memory(error) or state.micro_batch_size <= 2:
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
    parts = zip(images.chunk(num_parts), labels.chunk(num_parts), strict=True)
    metrics = torch.zeros(2, device=state.device)
    for part_images, part_labels in parts:
        weight = len(part_labels) / len(labels)
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


def finish_epoch(state: TrainingState) -> Epoch:
    """Validate, keep the weights if they are the best so far, and start the next epoch."""
    train_loss, train_accuracy = (state.epoch_sums / state.step_in_epoch).tolist()
    if not math.isfinite(train_loss):
        raise divergence_error(state)
    labels = state.data.validation_labels
    probabilities = validate(state)
    predictions = probabilities.argmax(dim=1).cpu().numpy()
    loss, accuracy = loss_and_accuracy(probabilities, labels)
    state.epoch += 1
    state.step_in_epoch = 0
    state.epoch_sums.zero_()
    epoch = Epoch(
        step=state.step,
        epoch=state.epoch,
        seconds=state.stopwatch.seconds,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        validation_loss=loss,
        validation_accuracy=accuracy,
        confusion=confusion_matrix(labels.cpu().numpy(), predictions).tolist(),
        best=(accuracy, -loss) > state.best_validation,
    )
    state.record_epoch(epoch)
    return epoch


def validate(state: TrainingState) -> Tensor:
    """Probabilities of the validation images, from their features if available."""
    with state.autocast():
        if state.validation_features is not None:
            probabilities = predict_probabilities(state.model.head, state.validation_features)
        else:
            probabilities = predict_probabilities(
                state.model,
                state.data.validation_images,
                input_spec=state.input_spec,
                batch_size=state.evaluation_batch_size,
            )
    state.set_training_mode()
    return probabilities


def finish(state: TrainingState) -> FitResult:
    """Load the best weights and test them, once: in float32, as every page predicts with them."""
    state.model.load_state_dict(state.best)
    probabilities = predict_probabilities(
        state.model,
        state.data.test_images,
        input_spec=state.input_spec,
        batch_size=state.evaluation_batch_size,
    )
    loss, accuracy = loss_and_accuracy(probabilities, state.data.test_labels)
    return FitResult(
        weights={name: tensor.cpu() for name, tensor in state.best.items()},
        probabilities=probabilities.cpu(),
        validation_accuracy=state.best_validation[0],
        best_epoch=state.best_epoch,
        epochs_done=state.epoch,
        cached_features=state.used_cached_features,
        finished=Finished(
            step=state.step, seconds=state.stopwatch.seconds, test_loss=loss, test_accuracy=accuracy
        ),
    )
