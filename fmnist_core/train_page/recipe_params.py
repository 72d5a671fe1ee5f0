"""The query parameters of a recipe: the preset, and only the fields that differ from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fmnist_core.errors import LabError
from fmnist_core.training import setting_texts
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS, get_preset
from fmnist_core.training.recipe import Recipe, field_names

PRESET = "preset"
RUN = "run"
"""The query parameter of the run that the page shows, beside the recipe."""


@dataclass(frozen=True)
class RecipeChoice:
    """A preset and the recipe made from it."""

    preset: Preset
    recipe: Recipe

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Fields that differ from the preset, each with its own value and the preset's."""
        return self.recipe.differences(self.preset.recipe)


def choose_preset(key: str | None = None) -> RecipeChoice:
    """An unchanged preset, the first one by default; raises `RecipeError`."""
    preset = get_preset(key or next(iter(PRESETS)))
    return RecipeChoice(preset, preset.recipe)


def to_params(choice: RecipeChoice) -> dict[str, str]:
    """Query parameters of this choice."""
    changes = {name: _format_value(value) for name, (value, _) in choice.changes().items()}
    return {PRESET: choice.preset.key} | changes


def from_params(params: Mapping[str, str]) -> tuple[RecipeChoice, list[str]]:
    """Parse a link; return its choice, and a message for each invalid parameter.

    Valid parameters are applied even if others are invalid. The messages are for the page.
    """
    problems = []
    try:
        choice = choose_preset(params.get(PRESET))
    except LabError:
        choice = choose_preset()
        problems.append(f"There is no preset '{params.get(PRESET)}'.")
    recipe = choice.recipe
    for name, text in params.items():
        if name in (PRESET, RUN):
            continue
        if name not in field_names():
            problems.append(f"There is no setting '{name}'.")
            continue
        try:
            recipe = recipe.changed(**{name: text or None})
        except LabError as error:
            problems.append(setting_texts.page_message(error))
    return RecipeChoice(choice.preset, recipe), problems


def _format_value(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
