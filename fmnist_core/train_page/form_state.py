"""The widgets of the recipe: filled from a choice, and read back as a valid recipe.

The widgets' values are validated before the widgets are drawn. An invalid value is therefore
replaced by the previous one, with a message, and nothing else is lost.
"""

from typing import Any

import streamlit as st

from fmnist_core.errors import LabError
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.train_page.state import get_state
from fmnist_core.training import setting_texts
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe, flatten
from fmnist_core.ui import recipe_settings

MODEL, PRESET, DATA = "model", "preset", "data"
"""Keys of the widgets that are drawn before the settings."""


def widget_key(field: str) -> str:
    """Session-state key of a field's widget."""
    return field if field in (MODEL, PRESET, DATA) else f"setting {field}"


def is_drawn() -> bool:
    """Whether the widgets are on the page; Streamlit drops their values on another page."""
    return MODEL in st.session_state


def fill_widgets(choice: RecipeChoice) -> None:
    """Set all widgets to this choice; call it before they are drawn, or in a callback."""
    state = get_state()
    state.choice, state.error, state.error_field = choice, "", ""
    st.session_state[PRESET] = choice.preset.key
    for field, value in flatten(choice.recipe).items():
        state.initial_values[field] = _to_widget(field, value)
        st.session_state[widget_key(field)] = state.initial_values[field]


def set_field(field: str, value: Any) -> None:
    """Set one field from elsewhere on the page; for callbacks."""
    choice = get_state().choice
    if choice is not None:
        fill_widgets(RecipeChoice(choice.preset, choice.recipe.changed(**{field: value})))


def apply_model() -> None:
    """Switch to the first preset of the chosen model; a callback of its widget."""
    model = st.session_state[MODEL]
    st.session_state[PRESET] = next(
        key for key, preset in PRESETS.items() if preset.recipe.model == model
    )
    apply_preset()


def apply_preset() -> None:
    """Set all settings to the chosen preset, but keep the data; a callback of its widget."""
    preset = PRESETS[st.session_state[PRESET]]
    fill_widgets(RecipeChoice(preset, preset.recipe.changed(data=st.session_state[DATA])))


def read_choice(preset_key: str) -> RecipeChoice:
    """Read the widgets; if their recipe is invalid, reset them and keep the last valid one.

    Call it before the settings are drawn: only then can they be set.
    """
    state, preset = get_state(), PRESETS[preset_key]
    last_valid = state.choice.recipe if state.choice else preset.recipe
    try:
        recipe = _read_recipe(preset)
    except LabError as error:
        recipe = last_valid.changed(data=st.session_state[DATA])
        state.error, state.error_field = _explain(error, recipe), error.field or ""
    else:
        if recipe != last_valid:
            state.error = state.error_field = ""
    state.choice = RecipeChoice(preset, recipe)
    _write_settings(recipe)
    return state.choice


def is_valid(preset_key: str) -> bool:
    """Whether the widgets hold a valid recipe."""
    try:
        _read_recipe(PRESETS[preset_key])
    except LabError:
        return False
    return True


def _read_recipe(preset: Preset) -> Recipe:
    """The recipe in the widgets; raises `RecipeError`."""
    fields = [DATA, *(setting.field for setting in recipe_settings.all_settings())]
    return preset.recipe.changed(**{field: current_value(field) for field in fields})


def _explain(error: LabError, recipe: Recipe) -> str:
    """What is wrong with the value of a setting, and which one is trained with instead."""
    message, field = setting_texts.page_message(error), error.field
    if field not in flatten(recipe):
        return f"{message} The previous value stays."
    value = setting_texts.format_value(field, flatten(recipe)[field], recipe)
    return f"{message} It stays at {value}."


def current_value(field: str) -> Any:
    """The value of a field's widget."""
    return st.session_state[widget_key(field)]


def resend(*fields: str) -> None:
    """Send the values of these widgets to the browser again; call it before they are drawn.

    Streamlit sends a value set by code to the browser only once. If a rerun starts first, the
    browser never receives it, shows the setting's minimum and sends that back.
    """
    for field in fields:
        st.session_state[widget_key(field)] = st.session_state[widget_key(field)]


def _write_settings(recipe: Recipe) -> None:
    """Write the recipe into the settings; see `resend` for the reason.

    This also tidies typed text such as `head  3 .001 cosine`.
    """
    for field, value in flatten(recipe).items():
        if field not in recipe_settings.SEPARATE_FIELDS:
            st.session_state[widget_key(field)] = _to_widget(field, value)


def _to_widget(field: str, value: Any) -> Any:
    """Convert a number to the type that its widget expects."""
    if field in recipe_settings.SEPARATE_FIELDS:
        return value
    setting = recipe_settings.get_setting(field)
    is_numeric = setting.kind in ("number", "slider", "steps")
    return setting.number(value) if is_numeric and value is not None else value
