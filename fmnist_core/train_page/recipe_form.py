"""The form with every setting of a recipe, in an expander."""

from types import MappingProxyType
from typing import Any

import streamlit as st

from fmnist_core.formatting import format_setting, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import form_state, page_params
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.train_page.state import get_state
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import recipe_settings, run_list
from fmnist_core.ui.recipe_settings import Setting

WIDTH = 172
"""Of a widget, in pixels: a laptop shows four side by side."""
WIDTHS = MappingProxyType({"weights": 360, "earlier_phases": 360, "keep_head": 210})
"""Of widgets with long values or labels."""


def adjust_recipe(preset_key: str) -> RecipeChoice:
    """Draw the settings, write the recipe into the query parameters and return it."""
    choice = form_state.read_choice(preset_key)
    changes = choice.changes()
    changes.pop("data", None)
    label = "Adjust" + (f" · {pluralize(len(changes), 'change')}" if changes else "")
    with st.expander(label, icon=":material/tune:", key="adjust"):
        if error := get_state().error:
            st.error(f"{error} The previous value is kept.")
        for title, settings in recipe_settings.group_settings().items():
            st.markdown(f"**{title}**")
            with st.container(horizontal=True, gap="medium"):
                for setting in settings:
                    _draw_widget(setting, choice.recipe)
        if changes:
            _draw_changes(changes)
    page_params.write_recipe()
    return choice


def _draw_changes(changes: dict[str, tuple[Any, Any]]) -> None:
    texts = [
        f"{recipe_settings.get_setting(field).title} {format_setting(value)} "
        f"(was {format_setting(preset_value)})"
        for field, (value, preset_value) in changes.items()
    ]
    st.caption("Changed: " + " · ".join(texts))
    st.button("Reset to preset", on_click=form_state.apply_preset, icon=":material/undo:")


def _draw_widget(setting: Setting, recipe: Recipe) -> None:
    options: dict[str, Any] = {
        "label": setting.title,
        "key": form_state.widget_key(setting.field),
        "help": setting.help,
        "width": WIDTHS.get(setting.field, WIDTH),
        "disabled": setting.has_no_effect(recipe),
    }
    # The range must include what a preset or a link has set. One derived from the current value
    # would change with the widget, and reset it.
    initial_value = get_state().initial_values[setting.field]
    match setting.kind:
        case "choice":
            choices = recipe_settings.include_value(setting.options, initial_value)
            st.selectbox(options=choices, **options)
        case "combo":
            _draw_combo(setting, recipe, options)
        case "steps":
            steps = recipe_settings.include_value(setting.options, initial_value)
            st.select_slider(options=steps, format_func=format_setting, **options)
        case "slider":
            max_value = max(setting.usual_max, initial_value)
            st.slider(
                min_value=setting.usual_min, max_value=max_value, step=setting.step, **options
            )
        case "number":
            if setting.optional:
                options |= {"placeholder": setting.empty_text, "value": None}
            st.number_input(
                min_value=setting.minimum,
                max_value=setting.maximum,
                step=setting.step,
                format="%g" if setting.number is float else None,
                **options,
            )
        case "switch":
            st.toggle(**options)
        case "text":
            st.text_input(**options)


def _draw_combo(setting: Setting, recipe: Recipe, options: dict[str, Any]) -> None:
    """Draw a select box that also takes typed values."""
    labels: dict[str, str] = {
        option: option or setting.empty_text or "" for option in setting.options
    }
    if setting.field == "weights":
        labels = initial_weights_labels(recipe, run_list.runs())
    current_value = form_state.current_value(setting.field)
    labels.setdefault(current_value, current_value)
    st.selectbox(
        options=list(labels),
        format_func=lambda option: labels.get(option, option),
        accept_new_options=True,
        **options,
    )


def initial_weights_labels(recipe: Recipe, runs: list[RunSummary]) -> dict[str, str]:
    """By value of `weights`, the label of what the recipe's model can start from."""
    labels = {"scratch": "scratch"}
    if recipe.spec.pretrained:
        labels["imagenet"] = "imagenet"
    same_model = [
        run for run in runs if run.model == recipe.model and run.test_accuracy is not None
    ]
    run_labels = summary.unique_labels(same_model)
    return labels | {f"run:{run.id}": run_labels[run.id] for run in same_model}
