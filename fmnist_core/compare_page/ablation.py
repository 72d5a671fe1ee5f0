"""Train two runs that differ in one setting: same initial weights, same order of the images."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from fmnist_core.comparison_report.recipe_differences import describe_differences
from fmnist_core.errors import RecipeError
from fmnist_core.formatting import escape_markdown, format_duration, pluralize
from fmnist_core.runs.comparison import ComparedRun, Comparison
from fmnist_core.runs.run import Run
from fmnist_core.training import setting_texts
from fmnist_core.training.cost_estimate import load_estimate
from fmnist_core.training.recipe import Recipe, flatten
from fmnist_core.ui import (
    action_errors,
    browser_state,
    dataset_status,
    recipe_settings,
    run_actions,
    run_list,
    sticky_widgets,
)
from fmnist_core.ui.recipe_settings import Setting

ACTION, PANEL_KEY, SECTION_KEY = "ablation", "ablation panel", "fair-test"
LAUNCHED_KEY = "launched ablation"
EXCLUDED_FIELDS = (
    "model",
    "data",
    "train_images",
    "weights",
    "keep_head",
    "input_size",
    "channels",
    "head.widths",
    "head.activation",
    "seed",
    "device",
    "workers",
    "keep_epochs",
)
"""Fields that would change the initial weights or the order of the images, and `keep_epochs`,
which does not affect what is learned.
"""
HINT = (
    "Both runs start from the same random numbers and see the same images in the same order, so "
    "any difference between them comes from this one setting."
)
Pair = tuple[Recipe, Recipe]


def open_panel() -> None:
    """Open the panel and scroll to it; for a callback."""
    st.session_state[PANEL_KEY] = True
    browser_state.request_scroll(SECTION_KEY)


def draw_section(comparison: Comparison) -> None:
    """Say how the recipes differ, and offer a comparison in which only one setting does."""
    with st.container(key=SECTION_KEY):
        st.html('<h2 class="visually-hidden">Fair test</h2>')
        if sentences := describe_differences(comparison):
            st.markdown("  \n".join(sentences))
        _draw_launched()
        _draw_panel(comparison)


def _draw_panel(comparison: Comparison) -> None:
    """Ask for a base run, a setting and two values; launch a run for each value."""
    panel = st.expander(
        "Fair test: change one setting",
        icon=":material/science:",
        key=PANEL_KEY,
        on_change="rerun",
    )
    if not panel.open:
        return
    with panel:
        st.caption(HINT)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            base = _pick_base_run(comparison)
            setting = _pick_setting(base.recipe)
            original = flatten(base.recipe)[setting.field]
            values = [
                _pick_value(setting, original, base.recipe, is_new=is_new)
                for is_new in (False, True)
            ]
        recipes, problem = make_pair(base.recipe, setting.field, values)
        can_launch = problem is None and dataset_status.is_available(base.recipe.data)
        if problem:
            st.warning(escape_markdown(problem))
        elif not can_launch:
            st.warning("Fashion-MNIST is not on this machine. Download it on the Train page.")
        else:
            st.caption(_cost_text(recipes))
        sticky_widgets.ask_student()
        st.button(
            "Run both",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not can_launch,
            on_click=_launch,
            args=(base, setting, recipes, values),
        )
        action_errors.show_error(ACTION)


def _pick_base_run(comparison: Comparison) -> ComparedRun:
    names = comparison.names
    index = st.selectbox(
        "Base run",
        range(len(names)),
        format_func=names.__getitem__,
        key=f"ablation base {names}",
    )
    return comparison.runs[index or 0]


def _pick_setting(recipe: Recipe) -> Setting:
    settings = {
        setting.field: setting
        for setting in recipe_settings.all_settings()
        if setting.field not in EXCLUDED_FIELDS and not setting.has_no_effect(recipe)
    }
    fields = list(settings)
    field = st.selectbox(
        "Setting",
        fields,
        index=fields.index("learning_rate"),
        format_func=lambda field: settings[field].title,
        key="ablation setting",
        persist_state="session",
    )
    return settings[field]


def _pick_value(setting: Setting, original: Any, recipe: Recipe, *, is_new: bool) -> Any:
    """Ask for the original value or the new one; the next option is the default for the new."""
    label = "New value" if is_new else "Original"
    key = f"ablation {setting.field} {original} {label}"
    format_option = partial(_format_option, setting.field, recipe)
    match setting.kind:
        case "switch":
            return st.selectbox(
                label, [original, not original], index=int(is_new), format_func=format_option,
                key=key,
            )  # fmt: skip
        case "choice" | "combo" | "steps":
            options = recipe_settings.include_value(setting.options, original)
            index = options.index(original)
            if is_new:
                index = index + 1 if index + 1 < len(options) else index - 1
            return st.selectbox(
                label, options, index=index, format_func=format_option, key=key,
                accept_new_options=setting.kind == "combo", width=180,
            )  # fmt: skip
        case "slider" | "number":
            return st.number_input(
                label, min_value=setting.minimum, max_value=setting.maximum, value=original,
                step=setting.step, placeholder=setting.empty_text, key=key, width=180,
                format="%g" if setting.number is float else None,
            )  # fmt: skip
    return st.text_input(label, original, key=key, width=180)


def _format_option(field: str, recipe: Recipe, value: Any) -> str:
    return setting_texts.format_value(field, value, recipe)


def make_pair(base: Recipe, field: str, values: Sequence[Any]) -> tuple[Pair, str | None]:
    """Make two recipes that differ only in `field`; also return what is wrong with the values."""
    try:
        first, second = (base.changed(**{field: value}) for value in values)
    except RecipeError as error:
        return (base, base), setting_texts.page_message(error)
    if first == second:
        return (first, second), "Both values are the same. Change one of them."
    return (first, second), None


def _cost_text(recipes: Pair) -> str:
    estimates = [load_estimate(recipe) for recipe in recipes]
    seconds = [
        estimate.total_seconds(recipe)
        for recipe, estimate in zip(recipes, estimates, strict=True)
        if estimate
    ]
    if len(seconds) < len(recipes):
        first, second = (pluralize(recipe.total_epochs, "epoch") for recipe in recipes)
        epochs = first if first == second else f"{first} and {second}"
        return f"Two runs of {epochs}, one after the other."
    return f"Expected time on this machine for both runs: {format_duration(sum(seconds))}."


def _launch(base: ComparedRun, setting: Setting, recipes: Pair, values: Sequence[Any]) -> None:
    """Queue both runs, the one with the original value first."""
    launched: list[Run] = []
    for recipe, value in zip(recipes, values, strict=True):
        change = setting_texts.short_change(setting.field, value, recipe)
        run = action_errors.run_action(
            ACTION,
            run_actions.start_run,
            recipe,
            name=f"{base.summary.name}, {change}",
        )
        if run is None:
            return
        launched.append(run)
    st.session_state[LAUNCHED_KEY] = [run.id for run in launched]


def _draw_launched() -> None:
    """Show the state of the two runs that this session has launched."""
    ids = st.session_state.get(LAUNCHED_KEY, [])
    runs = [run for run_id in ids if (run := run_list.find_run(run_id))]
    with st.container():
        if not runs:
            return
        names = " and ".join(f"**{escape_markdown(run.name)}**" for run in runs)
        are_finished = all(run.report for run in runs)
        text = "are finished" if are_finished else "train one after the other"
        st.success(f"{names} {text}.", icon=":material/check:")
        if are_finished:
            params = {"runs": ",".join(run.id for run in runs)}
            st.page_link("pages/compare.py", label="Compare them", query_params=params)
        else:
            st.page_link(
                "pages/train.py",
                label="Watch them train",
                icon=":material/model_training:",
                query_params={"run": runs[0].id},
            )
