"""Find the weights that a recipe wants to start from: of ImageNet, or of another run."""

from pathlib import Path

from torch import Tensor

from fmnist_core.errors import RunError
from fmnist_core.models import pretrained
from fmnist_core.runs import initial_weights, weights
from fmnist_core.runs.run import Run
from fmnist_core.training.fit_options import InitialWeights
from fmnist_core.training.recipe import Recipe


def load_initial_weights(recipe: Recipe, runs_folder: Path) -> InitialWeights | None:
    """The first weights, or `None` for random ones; raises `ModelError` or `RunError`."""
    if recipe.weights == "scratch":
        return None
    if recipe.weights == "imagenet":
        tensors, words = pretrained.load_imagenet_weights(recipe.spec, recipe.input_spec)
        return InitialWeights(weights=tensors, started_from=words)
    run = initial_weights.source_run(recipe, runs_folder)
    return InitialWeights(weights=_of_run(run, recipe), started_from=initial_weights.describe_source(run))


def _of_run(run: Run, recipe: Recipe) -> dict[str, Tensor]:
    """A finished run's weights as far as they fit: the backbone, and its head where asked for."""
    input_spec = recipe.input_spec
    wanted = recipe.spec.build(
        input_size=input_spec.size, channels=input_spec.channels, head=recipe.head
    ).state_dict()
    held = weights.read_weights(run)
    fitting = {
        name: tensor
        for name, tensor in held.items()
        if name in wanted and tensor.shape == wanted[name].shape
    }
    strange = [name for name in wanted if name.startswith("backbone.") and name not in fitting]
    if strange:
        raise RunError(
            f"The weights of run {run.id} do not fit: {strange[0]} has another shape there. Choose "
            f"its input size ({run.recipe().input_spec.size}) and channels ({run.recipe().channels})."
        )
    head = {name for name in wanted if name.startswith("head.")}
    if recipe.keep_head and head <= fitting.keys():
        return fitting
    return {name: tensor for name, tensor in fitting.items() if name not in head}
