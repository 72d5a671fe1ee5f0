"""The form with every setting of a recipe, in an expander."""

import secrets
from collections.abc import Mapping
from typing import Any

import streamlit as st

from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import augmentation_example, form_state, page_params
from fmnist_core.train_page.recipe_params import RecipeChoice
from fmnist_core.train_page.state import get_state
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.setting_texts import format_value
from fmnist_core.ui import recipe_settings, run_list
from fmnist_core.ui.recipe_settings import Setting

Groups = Mapping[str, tuple[Setting, ...]]
MAX_NEW_SEED = 9999


def adjust_recipe(preset_key: str) -> RecipeChoice:
    """Draw the settings, write the recipe into the query parameters and return it."""
    choice = form_state.read_choice(preset_key)
    changes = choice.changes()
    changes.pop("data", None)
    label = "Adjust" + (f" · {pluralize(len(changes), 'change')}" if changes else "")
    with st.expander(label, icon=":material/tune:", key="adjust"):
        with st.container(key="changes"):
            _draw_changes(changes, choice.recipe)
        _draw_groups(recipe_settings.group_settings(), choice.recipe)
        expert_groups = recipe_settings.group_expert_settings()
        fields = {setting.field for group in expert_groups.values() for setting in group}
        num_changed = len(changes.keys() & fields)
        label = "Expert settings" + (
            f" · {pluralize(num_changed, 'change')}" if num_changed else ""
        )
        with st.expander(label, icon=":material/science:", key="expert-settings"):
            _draw_groups(expert_groups, choice.recipe)
    page_params.write_recipe()
    return choice


def _draw_changes(changes: dict[str, tuple[Any, Any]], recipe: Recipe) -> None:
    if not changes:
        return
    texts = [
        f"{recipe_settings.get_setting(field).title} {format_value(field, value, recipe)} "
        f"instead of {format_value(field, preset_value, recipe)}"
        for field, (value, preset_value) in changes.items()
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(escape_markdown("Changed: " + " · ".join(texts)), width="stretch")
        st.button(
            "Reset to preset",
            type="tertiary",
            icon=":material/undo:",
            on_click=form_state.apply_preset,
        )


def _draw_groups(groups: Groups, recipe: Recipe) -> None:
    """Draw the settings under their headings; those without effect are left out."""
    for title, settings in groups.items():
        shown = [setting for setting in settings if not setting.has_no_effect(recipe)]
        if not shown:
            continue
        st.header(title, anchor=False)
        with st.container():
            _draw_error(settings)
        with st.container(key=f"settings-{settings[0].field}"):
            for setting in shown:
                _draw_widget(setting, recipe)
        if title == recipe_settings.SEED_GROUP:
            _draw_seed_hint()
        if title == recipe_settings.AUGMENTATION_GROUP:
            with st.container():
                augmentation_example.draw_example(recipe)


def _draw_error(settings: tuple[Setting, ...]) -> None:
    """Say beside the settings why a value of one of them was rejected."""
    state = get_state()
    fields = [setting.field for setting in settings]
    is_here = state.error_field in fields or (not state.error_field and "epochs" in fields)
    if state.error and is_here:
        st.error(escape_markdown(state.error), icon=":material/error:")


def _draw_seed_hint() -> None:
    with st.container(key="seed-hint", horizontal=True, vertical_alignment="center"):
        st.caption(
            "Everyone who trains with the same settings and the same seed gets exactly the same "
            "curve.",
            width="content",
        )
        st.button(
            "Roll another seed", type="tertiary", icon=":material/casino:", on_click=_change_seed
        )


def _change_seed() -> None:
    form_state.set_field("seed", 1 + secrets.randbelow(MAX_NEW_SEED))


def _draw_widget(setting: Setting, recipe: Recipe) -> None:
    options: dict[str, Any] = {
        "label": setting.title,
        "key": form_state.widget_key(setting.field),
        "help": setting.hint(),
    }

    def format_option(value: Any) -> str:
        return format_value(setting.field, value, recipe)

    # The range must include what a preset or a link has set. One derived from the current value
    # would change with the widget, and reset it.
    initial_value = get_state().initial_values[setting.field]
    match setting.kind:
        case "choice":
            choices = recipe_settings.include_value(setting.options, initial_value)
            st.selectbox(options=choices, format_func=format_option, **options)
        case "combo":
            _draw_combo(setting, recipe, options)
        case "steps":
            steps = recipe_settings.include_value(setting.options, initial_value)
            st.select_slider(options=steps, format_func=format_option, **options)
        case "slider":
            usual_max = max(setting.usual_max, initial_value)
            options["help"] = setting.hint(usual_max=usual_max)
            st.slider(
                min_value=setting.usual_min, max_value=usual_max, step=setting.step, **options
            )
        case "number":
            # Without limits of its own: a browser keeps a number outside them to itself, and the
            # page could not say what is wrong with it.
            if setting.optional:
                options |= {"placeholder": format_option(None), "value": None}
            st.number_input(
                step=setting.step, format="%g" if setting.number is float else None, **options
            )
        case "switch":
            st.toggle(**options)
        case "text":
            st.text_input(**options)


def _draw_combo(setting: Setting, recipe: Recipe, options: dict[str, Any]) -> None:
    """Draw a select box that also takes typed values."""
    labels = {option: format_value(setting.field, option, recipe) for option in setting.options}
    if setting.field == "weights":
        labels = initial_weights_labels(recipe, run_list.runs())
    if setting.field == "distillation.teacher":
        labels = teacher_labels(run_list.runs())
    current_value = form_state.current_value(setting.field)
    labels.setdefault(current_value, format_value(setting.field, current_value, recipe))
    st.selectbox(
        options=list(labels),
        format_func=lambda option: labels.get(option, option),
        accept_new_options=True,
        **options,
    )


def initial_weights_labels(recipe: Recipe, runs: list[RunSummary]) -> dict[str, str]:
    """By value of `weights`, the label of what the recipe's model can start from."""
    labels = {"scratch": "Random"}
    if recipe.spec.pretrained:
        labels["imagenet"] = "ImageNet"
    same_model = [run for run in runs if run.model == recipe.model]
    return labels | _finished_run_labels(same_model)


def teacher_labels(runs: list[RunSummary]) -> dict[str, str]:
    """By value of `distillation.teacher`, the label of each run that can be a teacher."""
    return {"": "None"} | _finished_run_labels(runs)


def _finished_run_labels(runs: list[RunSummary]) -> dict[str, str]:
    finished = [run for run in runs if run.test_accuracy is not None]
    labels = summary.unique_labels(finished)
    return {f"run:{run.id}": labels[run.id] for run in finished}
