"""What the loop tells of a training's state: events and errors in words."""

import torch

from fmnist_core.errors import DivergedError
from fmnist_core.training import devices
from fmnist_core.training.events import PhaseStarted, Started, TrainingWarning
from fmnist_core.training.state import TrainingState


def explosion_warning(state: TrainingState, loss: float) -> TrainingWarning:
    """The loss is far above that of a blind guess."""
    return _warned(
        state,
        f"The loss has exploded to {loss:.1f}; a blind guess has 2.3. The learning rate "
        f"of {state.phase.learning_rate:g} is probably too large.",
    )


def memory_warning(state: TrainingState) -> TrainingWarning:
    """Memory ran out; training goes on."""
    return _warned(
        state,
        f"Memory ran out. From here on {state.micro_batch} images at a time go through "
        f"the model; a step still learns from {state.batches.batch_size}.",
    )


def _warned(state: TrainingState, message: str) -> TrainingWarning:
    return TrainingWarning(
        step=state.step, epoch=state.epochs_done, seconds=state.watch.seconds, message=message
    )


def divergence_error(state: TrainingState) -> DivergedError:
    """The loss is infinite or not a number, and every weight with it."""
    return DivergedError(
        f"The loss stopped being a number in epoch {state.epoch + 1}: the learning rate of "
        f"{state.phase.learning_rate * state.learning_rate_factor:g} is probably too large for "
        f"{state.recipe.optimiser}. Try a tenth of it."
    )


def started_event(state: TrainingState) -> Started:
    """What is about to train, on what."""
    return Started(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.watch.seconds,
        parameters=state.num_parameters,
        steps_per_epoch=state.steps_per_epoch,
        num_train=state.batches.num_images,
        num_validation=len(state.data.validation_labels),
        device=devices.device_name(state.device),
        precision=state.precision,
        threads=torch.get_num_threads(),
        started_from=state.started_from,
        micro_batch=state.micro_batch,
    )


def phase_started_event(state: TrainingState) -> PhaseStarted:
    """What learns from here on."""
    phase = state.phase
    return PhaseStarted(
        step=state.step,
        epoch=state.epochs_done,
        seconds=state.watch.seconds,
        number=state.phase_number + 1,
        trainable=phase.trainable,
        epochs=phase.epochs,
        learning_rate=phase.learning_rate,
        schedule=phase.schedule,
        parameters=state.num_learning,
        cached_features=state.num_views is not None,
    )


def remaining_seconds(state: TrainingState) -> float:
    """Until all phases are done, at this phase's pace."""
    later = sum(phase.epochs for phase in state.recipe.phases[state.phase_number + 1 :])
    steps = state.phase_steps - state.step_in_phase + later * state.steps_per_epoch
    pace = (state.watch.seconds - state.phase_start_seconds) / state.step_in_phase
    return pace * steps
