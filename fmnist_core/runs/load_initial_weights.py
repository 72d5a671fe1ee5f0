"""Load the trained weights that a recipe requests: to start from, or to learn from a teacher."""

from pathlib import Path

from torch import Tensor

from fmnist_core.errors import RunError
from fmnist_core.models import pretrained
from fmnist_core.runs import initial_weights, weights
from fmnist_core.runs.run import Run
from fmnist_core.training.fit_options import InitialWeights, Teacher
from fmnist_core.training.recipe import Recipe


def load(recipe: Recipe, runs_folder: Path) -> InitialWeights | None:
    """Load the weights, `None` for random ones; raises `ModelError` or `RunError`."""
    if recipe.weights == "scratch":
        return None
    if recipe.weights == "imagenet":
        tensors, started_from = pretrained.load_imagenet_weights(recipe.spec, recipe.input_spec)
        return InitialWeights(weights=tensors, started_from=started_from)
    run = initial_weights.source_run(recipe, runs_folder)
    return InitialWeights(
        weights=_load_from_run(run, recipe), started_from=initial_weights.describe_source(run)
    )


def load_teacher(recipe: Recipe, runs_folder: Path) -> Teacher | None:
    """Load the model that the recipe learns from, if any; raises `RunError`."""
    run = initial_weights.teacher_run(recipe, runs_folder)
    if run is None:
        return None
    model, input_spec = weights.load_model(run)
    return Teacher(model=model, input_spec=input_spec)


def _load_from_run(run: Run, recipe: Recipe) -> dict[str, Tensor]:
    """A finished run's backbone, and its head if the recipe keeps it and the shapes match."""
    input_spec = recipe.input_spec
    model = recipe.spec.build(
        input_size=input_spec.size, channels=input_spec.channels, head=recipe.head
    )
    expected = model.state_dict()
    matching = {
        name: tensor
        for name, tensor in weights.read_weights(run).items()
        if name in expected and tensor.shape == expected[name].shape
    }
    for name in expected:
        if name.startswith("backbone.") and name not in matching:
            source = run.recipe()
            raise RunError(
                f"The weights of run {run.id} do not fit: {name} has another shape there. Choose "
                f"its input size ({source.input_spec.size}) and channels ({source.channels})."
            )
    head = {name for name in expected if name.startswith("head.")}
    if recipe.keep_head and head <= matching.keys():
        return matching
    return {name: tensor for name, tensor in matching.items() if name not in head}
