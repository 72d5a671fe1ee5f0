"""A recipe as a link: the preset, and only what was changed in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fmnist_core.errors import LabError
from fmnist_core.training import presets
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe, flatten

PRESET = "preset"
SHOWN = "run"
"""The run that the page shows, beside the recipe."""


@dataclass(frozen=True)
class RecipeChoice:
    """A preset and the recipe that was made from it."""

    preset: Preset
    recipe: Recipe

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Fields that differ from the preset, with the chosen and the preset's value."""
        return self.recipe.differences(self.preset.recipe)


def first_choice(key: str | None = None) -> RecipeChoice:
    """A preset as it stands (else the first); raises `RecipeError`."""
    preset = presets.get_preset(key or next(iter(PRESETS)))
    return RecipeChoice(preset, preset.recipe)


def to_params(choice: RecipeChoice) -> dict[str, str]:
    """Query parameters of a link that leads back to this choice."""
    changes = {name: _text(mine) for name, (mine, _) in choice.changes().items()}
    return {PRESET: choice.preset.key} | changes


def from_params(params: Mapping[str, str]) -> tuple[RecipeChoice, list[str]]:
    """The choice that a link asks for, and a sentence for each part of it that is not possible.

    What is possible is kept, whatever stands beside it.
    """
    complaints = []
    try:
        choice = first_choice(params.get(PRESET))
    except LabError as error:
        choice = first_choice()
        complaints.append(str(error))
    recipe = choice.recipe
    for name, text in params.items():
        if name in (PRESET, SHOWN):
            continue
        try:
            recipe = recipe.changed(**{name: text or None})
        except LabError as error:
            complaints.append(str(error))
    return RecipeChoice(choice.preset, recipe), complaints


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def flat(choice: RecipeChoice) -> dict[str, Any]:
    """All values of the recipe under dotted names."""
    return flatten(choice.recipe)
