"""What the recipe's widgets hold: filled from a choice, and read back as a recipe that is allowed.

The widgets say what is chosen. What they say is checked before they are drawn, so that a value
that is not allowed is put back to what it was, with a sentence, and nothing else is lost.
"""

from typing import Any

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.train_page import recipe_link
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe, flatten
from fmnist_core.ui import recipe_settings

GOOD = "last good recipe"
TROUBLE = "trouble with a knob"


def key(field: str) -> str:
    """Of a field's widget."""
    return field if field in (*recipe_settings.SEPARATE_FIELDS, "preset") else f"knob {field}"


def came_key(field: str) -> str:
    """Where the value lies that a preset or link brought: its knob's range must hold it, and a
    range that moved with the knob would throw the knob back.
    """
    return f"came {field}"


def fill(choice: RecipeChoice) -> None:
    """Let the widgets show this choice."""
    state = st.session_state
    state["preset"] = choice.preset.key
    state[GOOD] = choice.recipe
    state.pop(TROUBLE, None)
    for name, setting in recipe_link.flat(choice).items():
        state[key(name)] = state[came_key(name)] = _fitting(name, setting)


def change(field: str, setting: Any) -> None:
    """Turn one knob from elsewhere on the page; for callbacks."""
    recipe: Recipe = st.session_state[GOOD]
    fill(RecipeChoice(PRESETS[st.session_state["preset"]], recipe.changed(**{field: setting})))


def settle(preset: str) -> Recipe:
    """What the widgets say; where that is not allowed, they go back to what they said before.

    Call it before the knobs are drawn in a run of the page: only then can they be set.
    """
    state = st.session_state
    good: Recipe = state[GOOD]
    fields = ["data", *(knob.field for knob in recipe_settings.all_settings())]
    try:
        recipe = PRESETS[preset].recipe.changed(**{name: state[key(name)] for name in fields})
    except LabError as error:
        state[TROUBLE] = str(error)
        recipe = good.changed(data=state["data"])
    else:
        if recipe != good:
            state.pop(TROUBLE, None)
    state[GOOD] = recipe
    _show(recipe)
    return recipe


def hold(*fields: str) -> None:
    """Have widgets told again what they hold; call it before they are drawn.

    A browser is told a value that did not come from it only once, and never hears of it where the
    next run of the page comes too soon: it would show, and send back, a knob's lowest value.
    """
    for field in fields:
        st.session_state[key(field)] = st.session_state[key(field)]


def _show(recipe: Recipe) -> None:
    """Write into the knobs what is chosen, for the reason that `hold` gives, and tidied: typed was
    perhaps `head  3 .001 cosine`.
    """
    for name, setting in flatten(recipe).items():
        if name not in recipe_settings.SEPARATE_FIELDS:
            st.session_state[key(name)] = _fitting(name, setting)


def _fitting(name: str, setting: Any) -> Any:
    if name in recipe_settings.SEPARATE_FIELDS:
        return setting
    knob = recipe_settings.get_setting(name)
    numeric = knob.kind in ("number", "slider", "steps")
    return knob.number(setting) if numeric and setting is not None else setting
