"""Measure the cost of recipes and the latency of models in background processes."""

import json
from collections.abc import Iterable, Sequence

from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.training.cost_estimate import estimate_file
from fmnist_core.training.latency import latency_file, load_latency
from fmnist_core.training.recipe import Recipe

_cost_commands = BackgroundCommands()


def request_cost(recipe: Recipe) -> None:
    """Measure in the background, unless that is under way or failed before.

    The result is found by `training.estimate.known_estimate`, by every browser session.
    """
    if cost_problem(recipe) is None:
        _cost_commands.request(
            _cost_key(recipe), "fmnist_core.training.measure_cost", given=recipe.model_dump_json()
        )


def cost_problem(recipe: Recipe) -> str | None:
    """Why the measurement failed, in a sentence, or `None`."""
    said = _cost_commands.problem(_cost_key(recipe))
    return f"The cost could not be measured: {said.rstrip('.')}." if said else None


def _cost_key(recipe: Recipe) -> str:
    return estimate_file(recipe).name


_latency_commands = BackgroundCommands()


def unmeasured_latencies(recipes: Iterable[Recipe]) -> list[Recipe]:
    """One recipe for each network that nobody has measured on this machine."""
    networks = {latency_file(recipe): recipe for recipe in recipes}
    return [recipe for recipe in networks.values() if load_latency(recipe) is None]


def request_latencies(recipes: Sequence[Recipe]) -> None:
    """Measure these in the background, unless something is being measured or failed before."""
    key = _latency_key(recipes)
    if _latency_commands.is_working() or _latency_commands.problem(key):
        return
    given = json.dumps([recipe.model_dump() for recipe in recipes])
    _latency_commands.request(key, "fmnist_core.training.measure_latency", given=given)


def is_measuring_latencies() -> bool:
    """Whether something is being measured."""
    return _latency_commands.is_working()


def latency_problem(recipes: Sequence[Recipe]) -> str | None:
    """Why measuring these failed, in a sentence, or `None`."""
    said = _latency_commands.problem(_latency_key(recipes))
    return f"How long an answer takes could not be measured: {said.rstrip('.')}." if said else None


def _latency_key(recipes: Sequence[Recipe]) -> tuple[str, ...]:
    return tuple(latency_file(recipe).name for recipe in recipes)
