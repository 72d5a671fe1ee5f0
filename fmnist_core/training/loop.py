"""The one training loop: a generator of events that the page, the commands and the tests share."""

import math
import time
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from fmnist_core.data.classes import NUM_CLASSES
from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import normalise
from fmnist_core.errors import DivergedError
from fmnist_core.training import machine
from fmnist_core.training.batches import EVALUATION_BATCH, DeviceData
from fmnist_core.training.control import Control
from fmnist_core.training.events import (
    Epoch,
    Event,
    Finished,
    Outcome,
    Snapshot,
    Started,
    Step,
    Turned,
    Warned,
)
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.schedules import SCHEDULES
from fmnist_core.training.state import TrainingState

REPORT_SECONDS = 0.5
EXPLOSION = 2 * math.log(NUM_CLASSES)
"""A loss of ln 10 is a blind guess; twice that is confidently wrong."""


def fit(
    recipe: Recipe,
    data: Dataset,
    *,
    snapshot: Snapshot | None = None,
    control: Control | None = None,
) -> Iterator[Event]:
    """Train `recipe` on `data`, from `snapshot` if given, yielding events in order.

    Ends with an `Outcome`, or with a `Snapshot` where `control` says stop. The test set is looked
    at once, for the outcome. Raises `DivergedError` where the loss is no longer a number.
    """
    torch.set_num_threads(machine.usable_threads())
    device = machine.pick_device(recipe)
    precision = snapshot.values["precision"] if snapshot else machine.pick_precision(recipe, device)
    state = TrainingState(recipe, DeviceData(data, device), precision=precision)
    if snapshot is not None:
        state.restore(snapshot)
    events = _train(state, control or Control())
    while True:
        state.watch.start()
        event = next(events, None)
        state.watch.stop()
        if event is None:
            return
        yield event


def _train(state: TrainingState, control: Control) -> Iterator[Event]:
    yield started(state)
    while state.epoch < state.recipe.epochs and not out_of_patience(state):
        yield from _train_epoch(state, control)
        if control.stop:
            yield state.snapshot()
            return
        yield finish_epoch(state)
        yield state.snapshot()
    yield finish(state)


def _train_epoch(state: TrainingState, control: Control) -> Iterator[Event]:
    reporter = Reporter(state)
    batches = state.batches.of_epoch(state.epoch, first_step=state.step_in_epoch)
    for inputs, labels in batches:
        if control.learning_rate_factor != state.learning_rate_factor:
            yield turn_learning_rate(state, control.learning_rate_factor)
        train_step(state, inputs, labels)
        if reporter.is_due():
            yield from reporter.report()
        if control.stop:
            return


def train_step(state: TrainingState, inputs: Tensor, labels: Tensor) -> None:
    """One batch: forwards, loss, backwards, and a step of the optimiser."""
    set_learning_rate(state)
    with state.autocast():
        logits = state.model(inputs)
    log_probabilities = functional.log_softmax(logits.float(), dim=1)
    loss = functional.nll_loss(log_probabilities, labels)
    smoothing = state.recipe.label_smoothing
    # Reported is the plain loss, the one that validation reports too; smoothing only steers.
    objective = (1 - smoothing) * loss - smoothing * log_probabilities.mean()
    state.model.zero_grad(set_to_none=True)
    objective.backward()
    with state.autocast():  # Muon's matrix products may be rounded, as Keller Jordan's are
        for optimiser in state.optimisers:
            optimiser.step()
    state.step_in_epoch += 1
    state.count(loss, logits, labels)


def set_learning_rate(state: TrainingState) -> None:
    """Where the schedule is in the middle of the coming step, times the class's own factor."""
    done = min((state.step + 0.5) / state.total_steps, 1.0)
    factor = SCHEDULES[state.recipe.schedule](done) * state.learning_rate_factor
    for optimiser in state.optimisers:
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * factor


def turn_learning_rate(state: TrainingState, factor: float) -> Turned:
    """Apply the class's factor from here on."""
    state.learning_rate_factor = factor
    return Turned(
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

    def report(self) -> Iterator[Step | Warned]:
        """A step event, and a warning when the loss explodes; raises `DivergedError` on NaN."""
        state = self._state
        loss, accuracy = state.running_figures()
        if not math.isfinite(loss):
            raise diverged(state)
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
            eta_seconds=seconds / state.step * (state.total_steps - state.step),
        )
        if loss > EXPLOSION and not state.has_warned:
            state.has_warned = True
            yield exploded(state, loss)
        self._last_time = time.perf_counter()
        self._last_seconds, self._last_step = state.watch.seconds, state.step


def exploded(state: TrainingState, loss: float) -> Warned:
    """The loss is far above that of a blind guess."""
    return Warned(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.watch.seconds,
        message=f"The loss has exploded to {loss:.1f}; a blind guess has 2.3. The learning rate "
        f"of {state.recipe.learning_rate:g} is probably too large.",
    )


def diverged(state: TrainingState) -> DivergedError:
    """The loss is infinite or not a number, and every weight with it."""
    return DivergedError(
        f"The loss stopped being a number in epoch {state.epoch + 1}: the learning rate of "
        f"{state.recipe.learning_rate * state.learning_rate_factor:g} is probably too large for "
        f"{state.recipe.optimiser}. Try a tenth of it."
    )


def started(state: TrainingState) -> Started:
    """What is about to train, on what."""
    return Started(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.watch.seconds,
        parameters=state.num_parameters,
        steps_per_epoch=state.steps_per_epoch,
        num_train=state.batches.num_images,
        num_validation=len(state.data.validation_labels),
        device=machine.device_title(state.device),
        precision=state.precision,
        threads=torch.get_num_threads(),
        started_from="scratch",
    )


def finish_epoch(state: TrainingState) -> Epoch:
    """Validate, keep the weights if they are the best, and begin the next epoch's count."""
    train_loss, train_accuracy = (state.totals / state.step_in_epoch).tolist()
    if not math.isfinite(train_loss):
        raise diverged(state)
    labels = state.data.validation_labels
    with state.autocast():
        probabilities = predict(state.model, state.data.validation_images)
    loss, accuracy = score(probabilities, labels)
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


def out_of_patience(state: TrainingState) -> bool:
    """Whether validation has not improved for as long as the recipe waits."""
    patience = state.recipe.patience
    return patience is not None and state.epoch - state.best_epoch >= patience


def finish(state: TrainingState) -> Outcome:
    """Put the best weights back and test them, once."""
    state.model.load_state_dict(state.best)
    with state.autocast():
        probabilities = predict(state.model, state.data.test_images)
    loss, accuracy = score(probabilities, state.data.test_labels)
    return Outcome(
        weights={name: tensor.cpu() for name, tensor in state.best.items()},
        probabilities=probabilities.cpu(),
        validation_accuracy=state.best_validation[0],
        best_epoch=state.best_epoch,
        epochs_done=state.epoch,
        finished=Finished(
            step=state.step, seconds=state.watch.seconds, test_loss=loss, test_accuracy=accuracy
        ),
    )


@torch.inference_mode()
def predict(model: nn.Module, images: Tensor) -> Tensor:
    """Probabilities float32 [N, 10] for images uint8 [N, 28, 28], on their device."""
    model.eval()
    logits = [model(normalise(batch)) for batch in images.split(EVALUATION_BATCH)]
    model.train()
    return torch.cat(logits).float().softmax(dim=1)


def score(probabilities: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy in nats, and accuracy."""
    loss = functional.nll_loss(probabilities.clamp_min(1e-12).log(), labels)
    num_right = (probabilities.argmax(dim=1) == labels).sum()
    return loss.item(), num_right.item() / len(labels)


def confusion(labels: Tensor, answers: Tensor) -> list[list[int]]:
    """Counts [true class][answer]."""
    pairs = labels * NUM_CLASSES + answers
    counts = torch.bincount(pairs, minlength=NUM_CLASSES**2)
    rows: list[list[int]] = counts.reshape(NUM_CLASSES, NUM_CLASSES).tolist()
    return rows
