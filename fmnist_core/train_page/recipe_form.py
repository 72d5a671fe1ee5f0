"""All knobs of a recipe under their headings, in an expander."""

from types import MappingProxyType
from typing import Any

import streamlit as st

from fmnist_core.formatting import pluralize, format_setting
from fmnist_core.runs import summary
from fmnist_core.train_page import form_state, url_state
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.train_page.recipe_picker import preset_changed
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import recipe_settings, run_list
from fmnist_core.ui.recipe_settings import Setting

WIDTH = 172
"""Of a knob in pixels: four beside each other on a laptop."""
WIDTHS = MappingProxyType({"weights": 360, "earlier_phases": 360, "keep_head": 210})
"""Of those that hold a sentence."""


def adjust(preset: str) -> RecipeChoice:
    """The knobs; returns what is chosen, which the address bar then says."""
    recipe = form_state.settle(preset)
    changes = recipe.differences(PRESETS[preset].recipe)
    changes.pop("data", None)
    label = "Adjust" + (f" · {pluralize(len(changes), 'change')}" if changes else "")
    with st.expander(label, icon=":material/tune:", key="adjust"):
        if form_state.TROUBLE in st.session_state:
            st.error(f"{st.session_state[form_state.TROUBLE]} It stays as it was.")
        for title, members in recipe_settings.group_settings().items():
            st.markdown(f"**{title}**")
            with st.container(horizontal=True, gap="medium"):
                for knob in members:
                    _widget(knob, recipe)
        if changes:
            _show_changes(changes)
    choice = RecipeChoice(PRESETS[preset], recipe)
    url_state.say_recipe(choice)
    return choice


def _show_changes(changes: dict[str, tuple[Any, Any]]) -> None:
    said = [
        f"{recipe_settings.get_setting(name).title} {format_setting(mine)} (was {format_setting(theirs)})"
        for name, (mine, theirs) in changes.items()
    ]
    st.caption("Changed: " + " · ".join(said))
    st.button("Back to the recipe as it was", on_click=preset_changed, icon=":material/undo:")


def _widget(knob: Setting, recipe: Recipe) -> None:
    shown: dict[str, Any] = {
        "label": knob.title,
        "key": form_state.key(knob.field),
        "help": knob.help,
        "width": WIDTHS.get(knob.field, WIDTH),
        "disabled": knob.is_idle(recipe),
    }
    came = st.session_state[form_state.came_key(knob.field)]
    match knob.kind:
        case "choice":
            st.selectbox(options=recipe_settings.include_value(knob.options, came), **shown)
        case "combo":
            _combo(knob, recipe, shown)
        case "steps":
            options = recipe_settings.include_value(knob.options, came)
            st.select_slider(options=options, format_func=format_setting, **shown)
        case "slider":
            high = max(knob.high, came)
            st.slider(min_value=knob.low, max_value=high, step=knob.step, **shown)
        case "number":
            shown |= {"placeholder": knob.empty_words, "value": None} if knob.optional else {}
            st.number_input(
                min_value=knob.least,
                max_value=knob.most,
                step=knob.step,
                format="%g" if knob.number is float else None,
                **shown,
            )
        case "switch":
            st.toggle(**shown)
        case "text":
            st.text_input(**shown)


def _combo(knob: Setting, recipe: Recipe, shown: dict[str, Any]) -> None:
    """A choice into which one may type."""
    options: dict[str, str] = {option: option or knob.empty_words or "" for option in knob.options}
    if knob.field == "weights":
        options = can_start_from(recipe, run_list.runs())
    chosen = st.session_state[form_state.key(knob.field)]
    options.setdefault(chosen, chosen)
    st.selectbox(
        options=list(options),
        format_func=lambda option: options.get(option, option),
        accept_new_options=True,
        **shown,
    )


def can_start_from(recipe: Recipe, rows: list[summary.RunSummary]) -> dict[str, str]:
    """What a recipe's model can start from, and how the list calls it."""
    usual = {"scratch": "scratch"}
    if recipe.spec.pretrained:
        usual["imagenet"] = "imagenet"
    same = [row for row in rows if row.model == recipe.model and row.test_accuracy is not None]
    labels = summary.unique_labels(same)
    return usual | {f"run:{row.id}": labels[row.id] for row in same}
