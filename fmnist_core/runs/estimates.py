"""Have a recipe's cost measured in a process of its own, so that the page never waits for torch."""

from fmnist_core.runs.errands import Errands
from fmnist_core.training.cost_estimate import estimate_file
from fmnist_core.training.recipe import Recipe

_errands = Errands()


def request(recipe: Recipe) -> None:
    """Measure in the background, unless that is under way or failed before.

    The result is found by `training.estimate.known_estimate`, by every browser session.
    """
    if problem(recipe) is None:
        _errands.request(
            _key(recipe), "fmnist_core.training.measure_cost", given=recipe.model_dump_json()
        )


def problem(recipe: Recipe) -> str | None:
    """Why the measurement failed, in a sentence, or `None`."""
    said = _errands.problem(_key(recipe))
    return f"The cost could not be measured: {said.rstrip('.')}." if said else None


def _key(recipe: Recipe) -> str:
    return estimate_file(recipe).name
