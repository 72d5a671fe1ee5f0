"""A run's weights after each epoch, for whoever wants to see how its answers came about."""

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.errors import RunError
from fmnist_core.models.classifier import Classifier
from fmnist_core.runs import weights
from fmnist_core.runs.run import Run
from fmnist_core.training.events import Snapshot
from fmnist_core.training.recipe import Recipe

AUTO_MAX_PARAMETERS = 2_000_000
"""A model with fewer has its epochs kept without being asked: each takes about 4 MB at most."""
MAX_EPOCHS = 50
"""That are kept of a run."""
MODEL_PREFIX = "model."
"""Before the names of a snapshot's tensors that are the model's weights."""


def should_save(recipe: Recipe, parameters: int) -> bool:
    """Whether a run by `recipe` keeps its epochs, where its model has so many parameters."""
    if recipe.keep_epochs == "auto":
        return parameters < AUTO_MAX_PARAMETERS
    return recipe.keep_epochs == "always"


def epochs_to_save(total: int) -> tuple[int, ...]:
    """Which of the epochs 1 to `total` are kept, ascending: at most `MOST_EPOCHS`.

    Every k-th from the first on, and the last.
    """
    gap = max(1, -(-(total - 1) // (MAX_EPOCHS - 1)))
    return tuple(sorted({*range(1, total + 1, gap), total}))


def save(run: Run, snapshot: Snapshot) -> None:
    """Write the weights of an epoch that has just ended, in float16 as in the zoo.

    Not those in the middle of an epoch, nor of one that `kept_of` the recipe's epochs leaves out.
    Raises `OSError`, and `RunError` where the recipe cannot be read.
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
    """The model in float32 as it was after `epoch`, from 1, and what it wants to see.

    Of any run, finished or not. Raises `RunError` where the epoch was not kept, or its file is
    damaged or of another model.
    """
    kept = run.saved_epochs()
    if not kept:
        raise RunError(
            f"Run {run.id} kept the weights of no epoch: train one with keep_epochs=always."
        )
    if epoch not in kept:
        nearest = min(kept, key=lambda each: abs(each - epoch))
        raise RunError(
            f"Run {run.id} did not keep the weights of epoch {epoch}; the nearest kept is "
            f"{nearest}."
        )
    return weights.load_model(run, file=run.epoch_file(epoch))
