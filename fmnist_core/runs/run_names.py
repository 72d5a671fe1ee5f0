"""Name a run by its preset and by what was changed: `Quick MLP (learning rate 0.1, batch 64)`."""

from fmnist_core.runs.store import MAX_NAME_LENGTH
from fmnist_core.training.preset import Preset
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import short_change

FIRST = ("learning_rate", "epochs", "batch_size", "train_images", "head.widths", "optimiser")
"""The changes that are named first."""
IN_TITLE = ("data", "weights", "keep_head", "keep_epochs", "device", "precision", "workers")
"""Fields that lists add to a run's name themselves, or that change nothing that is learned."""
MAX_CHANGES = 3


def default_name(preset: Preset, recipe: Recipe) -> str:
    """Name a run of `recipe`, which was derived from `preset`; at most `MAX_NAME_LENGTH` long."""
    fields = [field for field in recipe.differences(preset.recipe) if field not in IN_TITLE]
    fields.sort(key=lambda field: FIRST.index(field) if field in FIRST else len(FIRST))
    values = recipe.differences(preset.recipe)
    changes = [short_change(field, values[field][0], recipe) for field in fields]
    if not changes:
        return preset.title
    return next(
        name
        for num_named in range(min(len(changes), MAX_CHANGES), -1, -1)
        if len(name := _name(preset.title, changes, num_named)) <= MAX_NAME_LENGTH or not num_named
    )


def _name(title: str, changes: list[str], num_named: int) -> str:
    num_more = len(changes) - num_named
    if not num_named:
        return f"{title} ({num_more} {'change' if num_more == 1 else 'changes'})"
    # The parentheses keep the commas apart from those of a list of runs.
    more = f" +{num_more} more" if num_more else ""
    return f"{title} ({', '.join(changes[:num_named])}{more})"
