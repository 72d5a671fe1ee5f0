"""The type of a preset; the presets themselves are in `presets.py` and `coursework_presets.py`."""

from dataclasses import dataclass

from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named recipe, and one sentence on why to choose it."""

    key: str
    title: str
    summary: str
    recipe: Recipe
    reported: str | None = None
    """The result that the published project reports, in its own words."""
