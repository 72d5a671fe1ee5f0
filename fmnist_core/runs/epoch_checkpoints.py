"""Per-epoch checkpoints of a run, used by the Explain page."""

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RunError
from fmnist_core.models.classifier import Classifier
from fmnist_core.runs import weights
from fmnist_core.runs.run import Run
from fmnist_core.training.events import Snapshot
from fmnist_core.training.recipe import Recipe

AUTO_MAX_PARAMETERS = 2_000_000
"""With `keep_epochs=auto`, smaller models save every epoch: at most about 4 MB per epoch."""
MAX_EPOCHS = 50
"""Checkpoints of one run."""
MODEL_PREFIX = "model."
"""Prefix of the model's weights among the tensors of a snapshot."""


def should_save(recipe: Recipe, parameters: int) -> bool:
    """Whether a run saves its epochs, given its recipe and number of parameters."""
    if recipe.keep_epochs == "auto":
        return parameters < AUTO_MAX_PARAMETERS
    return recipe.keep_epochs == "always"


def epochs_to_save(total: int) -> tuple[int, ...]:
    """Which of the epochs 1 to `total` are saved, ascending.

    The first, every k-th after it, and the last: at most `MAX_EPOCHS`.
    """
    step = max(1, -(-(total - 1) // (MAX_EPOCHS - 1)))
    return tuple(sorted({*range(1, total + 1, step), total}))


def save(run: Run, snapshot: Snapshot) -> None:
    """Save the weights of an epoch that has just ended, in float16 as in the zoo.

    Does nothing in the middle of an epoch, or for an epoch that `epochs_to_save` leaves out.
    Raises `OSError`, and `RunError` if the recipe cannot be read.
    """
    epoch = snapshot.values["epoch"]
    has_ended = snapshot.values["step_in_epoch"] == 0
    if not has_ended or epoch not in epochs_to_save(run.recipe().total_epochs):
        return
    tensors = {
        name.removeprefix(MODEL_PREFIX): tensor
        for name, tensor in snapshot.tensors.items()
        if name.startswith(MODEL_PREFIX)
    }
    weights.write_tensors(run.epoch_file(epoch), weights.to_float16(tensors))


def load(run: Run, epoch: int) -> tuple[Classifier, InputSpec]:
    """Load the model as it was after `epoch`, from 1, in float32, with its input spec.

    The run need not be finished. Raises `RunError` if the epoch was not saved, or if its file is
    damaged or belongs to another model.
    """
    saved = run.saved_epochs()
    if not saved:
        raise RunError(
            f"Run {run.id} saved no epochs: train a run with keep_epochs=always to see them."
        )
    if epoch not in saved:
        nearest = min(saved, key=lambda number: abs(number - epoch))
        raise RunError(
            f"Run {run.id} did not save the weights of epoch {epoch}; the nearest saved epoch is "
            f"{nearest}."
        )
    return weights.load_model(run, file=run.epoch_file(epoch))
