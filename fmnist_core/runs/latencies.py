"""Have latencies measured in a process of its own, while nothing trains that it would disturb."""

import json
from collections.abc import Iterable, Sequence

from fmnist_core.runs.errands import Errands
from fmnist_core.training.latency import known_latency, latency_file
from fmnist_core.training.recipe import Recipe

_errands = Errands()


def unknown(recipes: Iterable[Recipe]) -> list[Recipe]:
    """One recipe for each network that nobody has measured on this machine."""
    networks = {latency_file(recipe): recipe for recipe in recipes}
    return [recipe for recipe in networks.values() if known_latency(recipe) is None]


def request(recipes: Sequence[Recipe]) -> None:
    """Measure these in the background, unless something is being measured or failed before."""
    key = _key(recipes)
    if _errands.is_working() or _errands.problem(key):
        return
    given = json.dumps([recipe.model_dump() for recipe in recipes])
    _errands.request(key, "fmnist_core.training.measure_latency", given=given)


def is_working() -> bool:
    """Whether something is being measured."""
    return _errands.is_working()


def problem(recipes: Sequence[Recipe]) -> str | None:
    """Why measuring these failed, in a sentence, or `None`."""
    said = _errands.problem(_key(recipes))
    return f"How long an answer takes could not be measured: {said.rstrip('.')}." if said else None


def _key(recipes: Sequence[Recipe]) -> tuple[str, ...]:
    return tuple(latency_file(recipe).name for recipe in recipes)
