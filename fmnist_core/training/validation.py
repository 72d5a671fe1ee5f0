"""Validation after each epoch, and the test of the best weights at the end.

Of several workers, the first one validates, and tells the others so that all stop early together.
"""

import math

from torch import Tensor

from fmnist_core.evaluation.metrics import confusion_matrix
from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.models.inference import loss_and_accuracy, predict_probabilities
from fmnist_core.training.events import Epoch, Finished, FitResult
from fmnist_core.training.state import TrainingState
from fmnist_core.training.state_events import divergence_error


def finish_epoch(state: TrainingState) -> Epoch:
    """Validate, keep the weights if they are the best so far, and start the next epoch."""
    state.average_over_workers()
    train_loss, train_accuracy = (state.epoch_sums / state.step_in_epoch).tolist()
    if not math.isfinite(train_loss):
        raise divergence_error(state)
    labels = state.data.validation_labels
    probabilities = state.workers.first_computes(
        lambda: validate(state), shape=(len(labels), NUM_CLASSES), device=state.device
    )
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
    labels = state.data.test_labels
    probabilities = state.workers.first_computes(
        lambda: predict_probabilities(
            state.model,
            state.data.test_images,
            input_spec=state.input_spec,
            batch_size=state.evaluation_batch_size,
        ),
        shape=(len(labels), NUM_CLASSES),
        device=state.device,
    )
    loss, accuracy = loss_and_accuracy(probabilities, labels)
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
