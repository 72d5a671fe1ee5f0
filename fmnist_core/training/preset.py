"""A recipe that has a name."""

from dataclasses import dataclass

from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named recipe and why one would choose it."""

    key: str
    title: str
    summary: str
    recipe: Recipe
    reported: str | None = None
    """What a published project reports for it, as it says it."""
