"""Events and errors built from the training state."""

import torch

from fmnist_core.errors import DivergedError
from fmnist_core.training import devices
from fmnist_core.training.events import PhaseStarted, Started, TrainingWarning
from fmnist_core.training.state import TrainingState


def explosion_warning(state: TrainingState, loss: float) -> TrainingWarning:
    """Warn that the loss is far above that of random guessing."""
    return _warning(
        state,
        f"The loss has exploded to {loss:.1f} (random guessing scores 2.3). The learning rate "
        f"of {state.phase.learning_rate:g} is probably too large.",
    )


def memory_warning(state: TrainingState) -> TrainingWarning:
    """Warn that memory ran out, and that training continues in smaller parts."""
    return _warning(
        state,
        f"Memory ran out. From now on, {state.micro_batch_size} images at a time go through "
        f"the model; the batch size is still {state.batches.batch_size}.",
    )


def _warning(state: TrainingState, message: str) -> TrainingWarning:
    return TrainingWarning(
        step=state.step, epoch=state.epochs_done, seconds=state.stopwatch.seconds, message=message
    )


def divergence_error(state: TrainingState) -> DivergedError:
    """The loss is infinite or NaN, and so are the weights."""
    return DivergedError(
        f"The loss became infinite or NaN in epoch {state.epoch + 1}: the learning rate of "
        f"{state.phase.learning_rate * state.learning_rate_factor:g} is probably too large for "
        f"{state.recipe.optimizer}. Try a tenth of it."
    )


def started_event(state: TrainingState) -> Started:
    """What is about to be trained, and on what."""
    return Started(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.stopwatch.seconds,
        parameters=state.num_parameters,
        steps_per_epoch=state.steps_per_epoch,
        num_train=state.batches.num_images,
        num_validation=len(state.data.validation_labels),
        device=devices.device_name(state.device),
        precision=state.precision,
        threads=torch.get_num_threads(),
        started_from=state.started_from,
        micro_batch=state.micro_batch_size,
    )


def phase_started_event(state: TrainingState) -> PhaseStarted:
    """What is trained from now on."""
    phase = state.phase
    return PhaseStarted(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.stopwatch.seconds,
        number=state.phase_number + 1,
        trainable=phase.trainable,
        epochs=phase.epochs,
        learning_rate=phase.learning_rate,
        schedule=phase.schedule,
        parameters=state.num_trainable_parameters,
        cached_features=state.num_views is not None,
    )


def remaining_seconds(state: TrainingState) -> float:
    """Estimated time until all phases are done, at the speed of this phase."""
    later_epochs = sum(phase.epochs for phase in state.recipe.phases[state.phase_number + 1 :])
    steps = state.phase_steps - state.step_in_phase + later_epochs * state.steps_per_epoch
    seconds_per_step = (state.stopwatch.seconds - state.phase_start_seconds) / state.step_in_phase
    return seconds_per_step * steps
