"""The widgets for the settings to search: which ones, and from where to where."""

import streamlit as st

from fmnist_core.search.dimensions import (
    MAX_DIMENSIONS,
    SEARCHABLE,
    Options,
    Range,
    usual_dimension,
)
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import format_value
from fmnist_core.ui import recipe_settings
from fmnist_core.ui.recipe_settings import Setting

FIELDS = "search fields"
"""Session-state key: the chosen fields."""
FIRST_FIELDS = ("learning_rate", "dropout")
POWERS_OF_TWO = tuple(2**power for power in range(3, 14))


def pick_dimensions(recipe: Recipe, preset: str) -> tuple[Range | Options, ...]:
    """Draw the choice of fields, and for each its range or its values."""
    st.session_state.setdefault(FIELDS, list(FIRST_FIELDS))
    fields = st.pills(
        "Settings to search",
        list(SEARCHABLE),
        format_func=field_title,
        key=FIELDS,
        selection_mode="multi",
        help=f"At most {MAX_DIMENSIONS}. Each more makes the search harder: begin with two.",
    )
    with st.container(key="search-dimensions"):
        return tuple(
            _pick_values(usual_dimension(field, recipe), recipe, preset) for field in fields
        )


def field_title(field: str) -> str:
    """The title of a field, as on Train."""
    return recipe_settings.get_setting(field).title


def _pick_values(dimension: Range | Options, recipe: Recipe, preset: str) -> Range | Options:
    key = f"search {preset} {dimension.field}"

    def text(value: float | str) -> str:
        return format_value(dimension.field, value, recipe)

    setting = recipe_settings.get_setting(dimension.field)
    if isinstance(dimension, Options):
        values = st.pills(
            setting.title,
            dimension.values,
            default=dimension.values,
            format_func=text,
            selection_mode="multi",
            key=key,
            help=setting.help,
        )
        return dimension.model_copy(update={"values": tuple(values)})
    low, high = dimension.low, dimension.high
    if dimension.log:
        low, high = st.select_slider(
            setting.title,
            log_stops(dimension, setting),
            (low, high),
            format_func=text,
            key=key,
            help=f"{setting.help} Each factor is as likely: a logarithmic scale.",
        )
    else:
        number = int if dimension.whole else float
        low, high = st.slider(
            setting.title,
            number(setting.usual_min),
            number(setting.usual_max),
            (number(low), number(high)),
            step=number(setting.step),
            key=key,
            help=setting.help,
        )
    return dimension.model_copy(update={"low": float(low), "high": float(high)})


def log_stops(dimension: Range, setting: Setting) -> tuple[float, ...]:
    """Where the ends of a logarithmic range may be put, its own ends among them."""
    if dimension.whole:
        stops = {float(power) for power in POWERS_OF_TWO}
    else:
        stops = set(setting.options or recipe_settings.round_values(dimension.low, dimension.high))
    return tuple(sorted(stops | {dimension.low, dimension.high}))
