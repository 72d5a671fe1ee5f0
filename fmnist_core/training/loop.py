"""The one training loop: a generator of events that the page, the commands and the tests share."""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import to_inputs
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.inference import confusion, loss_and_accuracy, predict
from fmnist_core.training import devices, memory
from fmnist_core.training.batches import DeviceData
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
from fmnist_core.training.fit_options import FitControl, InitialWeights
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
"""A loss of ln 10 is a blind guess; twice that is confidently wrong."""


def fit(
    recipe: Recipe,
    data: Dataset,
    *,
    initial: InitialWeights | None = None,
    snapshot: Snapshot | None = None,
    control: FitControl | None = None,
) -> Iterator[Event]:
    """Train `recipe` on `data`, yielding events in order.

    It begins with `initial`, which whoever calls has found for `recipe.weights`, or goes on from
    `snapshot`. Ends with an `Outcome`, or with a `Snapshot` where `control` says stop. The test
    set is looked at once, for the outcome. Raises `DivergedError` where the loss is no longer a
    number, and `RecipeError` where nothing fits into memory.
    """
    assert (recipe.weights == "scratch") == (initial is None) or snapshot is not None
    torch.set_num_threads(devices.usable_threads())
    device = devices.select_device(recipe)
    precision = snapshot.values["precision"] if snapshot else select_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(data, device), precision=precision, initial=initial)
    if snapshot is not None:
        state.restore(snapshot)
    events = _train(state, control or FitControl())
    while True:
        state.watch.start()
        event = next(events, None)
        state.watch.stop()
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
    """Where the backbone is frozen, run it once over each image."""
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
    """Choose how many images go through at a time, and say what that takes.

    Raises `RecipeError` where not even two fit.
    """
    free = memory.free_bytes(state.device)
    images = state.data.train_images[:4]
    need = memory.measure_memory(
        state.model, state.recipe, to_inputs(images, state.input_spec), precision=state.precision
    )
    size = state.batches.batch_size
    state.micro_batch = memory.micro_batch_size(need, state.recipe, batch_size=size, free=free)
    return need


def step_within_memory(
    state: TrainingState, images: Tensor, labels: Tensor
) -> Iterator[TrainingWarning]:
    """One step; where memory runs out, again with half as many images at a time."""
    while True:
        try:
            train_step(state, images, labels)
        except (RuntimeError, MemoryError) as error:
            if not memory.is_out_of_memory(error) or state.micro_batch <= 2:
                raise
        else:
            return
        state.micro_batch = -(-state.micro_batch // 2)
        state.model.zero_grad(set_to_none=True)
        if state.device.type == "cuda":
            torch.cuda.empty_cache()
        yield memory_warning(state)


def train_step(state: TrainingState, images: Tensor, labels: Tensor) -> None:
    """One batch: forwards, loss, backwards, and a step of the optimiser.

    Where memory is short the batch goes through in parts whose gradients add up to the whole's.
    """
    set_learning_rate(state)
    state.model.zero_grad(set_to_none=True)
    num_parts = -(-len(labels) // state.micro_batch)
    figures = torch.zeros(2, device=state.device)
    for part, truth in zip(images.chunk(num_parts), labels.chunk(num_parts), strict=True):
        figures += backward(state, part, truth, share=len(truth) / len(labels))
    with state.autocast():  # Muon's matrix products may be rounded, as Keller Jordan's are
        for optimiser in state.optimisers:
            optimiser.step()
    state.step_in_epoch += 1
    state.count(figures)


def backward(state: TrainingState, images: Tensor, labels: Tensor, *, share: float) -> Tensor:
    """Add the gradients of a part of a batch; gives its share of loss and accuracy, [2]."""
    logits = state.forward(images)
    log_probabilities = functional.log_softmax(logits.float(), dim=1)
    loss = functional.nll_loss(log_probabilities, labels)
    smoothing = state.recipe.label_smoothing
    # Reported is the plain loss, the one that validation reports too; smoothing only steers.
    objective = (1 - smoothing) * loss - smoothing * log_probabilities.mean()
    (objective * share).backward()
    accuracy = (logits.argmax(dim=1) == labels).float().mean()
    return share * torch.stack([loss.detach(), accuracy])


def set_learning_rate(state: TrainingState) -> None:
    """Where the schedule is in the middle of the coming step, times the class's own factor."""
    done = min((state.step_in_phase + 0.5) / state.phase_steps, 1.0)
    factor = SCHEDULES[state.phase.schedule](done) * state.learning_rate_factor
    for optimiser in state.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * factor


def change_learning_rate(state: TrainingState, factor: float) -> ControlChanged:
    """Apply the class's factor from here on."""
    state.learning_rate_factor = factor
    return ControlChanged(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.watch.seconds,
        knob="learning rate",
        value=factor,
    )


class Reporter:
    """Says how it is going about twice a second; only then does it wait for the device."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self._last_time = time.perf_counter()
        self._last_seconds = state.watch.seconds
        self._last_step = state.step

    def is_due(self) -> bool:
        return time.perf_counter() - self._last_time >= REPORT_SECONDS

    def report(self) -> Iterator[Step | TrainingWarning]:
        """A step event, and a warning when the loss explodes; raises `DivergedError` on NaN."""
        state = self._state
        loss, accuracy = state.running_figures()
        if not math.isfinite(loss):
            raise divergence_error(state)
        seconds = state.watch.seconds
        images = (state.step - self._last_step) * state.batches.batch_size
        yield Step(
            step=state.step,
            epoch=state.epochs_done,
            seconds=seconds,
            loss=loss,
            accuracy=accuracy,
            learning_rate=state.optimisers[0].param_groups[0]["lr"],
            images_per_second=images / max(seconds - self._last_seconds, 1e-9),
            eta_seconds=remaining_seconds(state),
        )
        if loss > EXPLODED_LOSS and not state.has_warned:
            state.has_warned = True
            yield explosion_warning(state, loss)
        self._last_time = time.perf_counter()
        self._last_seconds, self._last_step = state.watch.seconds, state.step


def finish_epoch(state: TrainingState) -> Epoch:
    """Validate, keep the weights if they are the best, and begin the next epoch's count."""
    train_loss, train_accuracy = (state.totals / state.step_in_epoch).tolist()
    if not math.isfinite(train_loss):
        raise divergence_error(state)
    labels = state.data.validation_labels
    probabilities = validate(state)
    loss, accuracy = loss_and_accuracy(probabilities, labels)
    state.epoch += 1
    state.step_in_epoch = 0
    state.totals.zero_()
    epoch = Epoch(
        step=state.step,
        epoch=state.epoch,
        seconds=state.watch.seconds,
        train_loss=train_loss,
        train_accuracy=train_accuracy,
        validation_loss=loss,
        validation_accuracy=accuracy,
        confusion=confusion(labels, probabilities.argmax(dim=1)),
        best=(accuracy, -loss) > state.best_validation,
    )
    state.note_epoch(epoch)
    return epoch


def validate(state: TrainingState) -> Tensor:
    """Probabilities on the validation images, from their features where they are at hand."""
    with state.autocast():
        if state.validation_features is not None:
            probabilities = predict(state.model.head, state.validation_features)
        else:
            probabilities = predict(
                state.model,
                state.data.validation_images,
                input_spec=state.input_spec,
                at_once=state.evaluation_batch_size,
            )
    state.set_training()
    return probabilities


def finish(state: TrainingState) -> FitResult:
    """Put the best weights back and test them, once."""
    state.model.load_state_dict(state.best)
    with state.autocast():
        probabilities = predict(
            state.model,
            state.data.test_images,
            input_spec=state.input_spec,
            at_once=state.evaluation_batch_size,
        )
    loss, accuracy = loss_and_accuracy(probabilities, state.data.test_labels)
    return FitResult(
        weights={name: tensor.cpu() for name, tensor in state.best.items()},
        probabilities=probabilities.cpu(),
        validation_accuracy=state.best_validation[0],
        best_epoch=state.best_epoch,
        epochs_done=state.epoch,
        cached_features=state.has_cached,
        finished=Finished(
            step=state.step, seconds=state.watch.seconds, test_loss=loss, test_accuracy=accuracy
        ),
    )
