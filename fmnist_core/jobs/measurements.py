"""Measure the cost of recipes and the latency of models in background processes."""

import json
from collections.abc import Iterable, Sequence

from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.training.cost_estimate import estimate_file
from fmnist_core.training.latency import latency_file, load_latency
from fmnist_core.training.recipe import Recipe

COST_COMMANDS = BackgroundCommands(user_waits=False)
LATENCY_COMMANDS = BackgroundCommands(user_waits=False)


def request_cost(recipe: Recipe) -> None:
    """Measure the cost in the background, unless that is pending or has failed.

    `training.cost_estimate.load_estimate` then finds the result, in every session.
    """
    if cost_error(recipe) is None:
        COST_COMMANDS.request(
            _cost_key(recipe), "fmnist_core.training.measure_cost", stdin=recipe.model_dump_json()
        )


def cost_error(recipe: Recipe) -> str | None:
    """Why the measurement failed, in one sentence, or `None`."""
    error = COST_COMMANDS.error(_cost_key(recipe))
    return f"The cost could not be measured: {error.rstrip('.')}." if error else None


def _cost_key(recipe: Recipe) -> str:
    return estimate_file(recipe).name


def unmeasured_latencies(recipes: Iterable[Recipe]) -> list[Recipe]:
    """One recipe for each architecture whose latency has not been measured on this machine."""
    by_file = {latency_file(recipe): recipe for recipe in recipes}
    return [recipe for recipe in by_file.values() if load_latency(recipe) is None]


def request_latencies(recipes: Sequence[Recipe]) -> None:
    """Measure latencies in the background, unless a measurement is pending or these failed."""
    key = _latency_key(recipes)
    if LATENCY_COMMANDS.is_pending() or LATENCY_COMMANDS.error(key):
        return
    stdin = json.dumps([recipe.model_dump() for recipe in recipes])
    LATENCY_COMMANDS.request(key, "fmnist_core.training.measure_latency", stdin=stdin)


def is_measuring_latencies() -> bool:
    """Whether a latency measurement is pending."""
    return LATENCY_COMMANDS.is_pending()


def latency_error(recipes: Sequence[Recipe]) -> str | None:
    """Why measuring these latencies failed, in one sentence, or `None`."""
    error = LATENCY_COMMANDS.error(_latency_key(recipes))
    return f"The latency could not be measured: {error.rstrip('.')}." if error else None


def _latency_key(recipes: Sequence[Recipe]) -> tuple[str, ...]:
    return tuple(latency_file(recipe).name for recipe in recipes)
