"""Train a pair: the same initial weights, the same images in the same order, one knob changed."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from fmnist_core.errors import RecipeError
from fmnist_core.formatting import format_duration, escape_markdown, pluralize, format_setting
from fmnist_core.jobs import queue
from fmnist_core.runs.comparison import ComparedRun, Comparison
from fmnist_core.runs.run import Run
from fmnist_core.training.cost_estimate import load_estimate
from fmnist_core.training.recipe import Recipe, flatten
from fmnist_core.ui import action_errors, dataset_status, recipe_settings, run_list, sticky_widgets
from fmnist_core.ui.recipe_settings import Setting

PLACE, PANEL = "pair", "pair panel"
LAUNCHED = "launched pair"
NOT_OFFERED = (
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
    "keep_epochs",
)
"""Fields with which the two would not begin with the same weights and see the same images, and the
one that changes nothing in what is learned.
"""
HINT = (
    "Both start from the same random numbers and see the same images in the same order, so what "
    "differs in the end comes from this one knob."
)


def panel(contest: Comparison) -> None:
    """Choose a run to start from, a knob and two values; launch both."""
    _launched()
    opened = st.expander(
        "Train a pair that differs in one thing",
        icon=":material/science:",
        key=PANEL,
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        st.caption(HINT)
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            entrant = _ask_base(contest)
            knob = _ask_knob(entrant.recipe)
            mine = flatten(entrant.recipe)[knob.field]
            values = [_ask_value(knob, mine, number) for number in (1, 2)]
        recipes, problem = pair(entrant.recipe, knob.field, values)
        possible = problem is None and dataset_status.ready(entrant.recipe.data)
        if problem:
            st.warning(problem)
        elif not possible:
            st.warning("Fashion-MNIST is not on this machine: fetch it on the Train page.")
        else:
            st.caption(_cost_words(recipes))
        sticky_widgets.ask_student()
        st.button(
            "Train the pair",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not possible,
            on_click=_launch,
            args=(entrant, knob, recipes, values),
        )
        action_errors.show(PLACE)


def _ask_base(contest: Comparison) -> ComparedRun:
    names = contest.names
    place = st.selectbox(
        "Recipe of", range(len(names)), format_func=names.__getitem__, key=f"pair base {names}"
    )
    return contest.runs[place or 0]


def _ask_knob(recipe: Recipe) -> Setting:
    offered = {
        knob.field: knob
        for knob in recipe_settings.all_knobs()
        if knob.field not in NOT_OFFERED and not knob.is_idle(recipe)
    }
    fields = list(offered)
    field = st.selectbox(
        "Knob",
        fields,
        index=fields.index("learning_rate"),
        format_func=lambda field: offered[field].title,
        key="pair knob",
        persist_state="session",
    )
    return offered[field]


def _ask_value(knob: Setting, mine: Any, number: int) -> Any:
    """The recipe's own value first, the other to be chosen."""
    label = "As it is" if number == 1 else "Changed to"
    key = f"pair {knob.field} {mine} {number}"
    match knob.kind:
        case "switch":
            return st.selectbox(label, [mine, not mine], index=number - 1, key=key)
        case "choice" | "combo" | "steps":
            options = recipe_settings.with_value(knob.options, mine)
            place = options.index(mine)
            if number == 2:
                place = place + 1 if place + 1 < len(options) else place - 1
            return st.selectbox(
                label, options, index=place, format_func=format_setting, key=key,
                accept_new_options=knob.kind == "combo", width=180,
            )  # fmt: skip
        case "slider" | "number":
            return st.number_input(
                label, min_value=knob.least, max_value=knob.most, value=mine, step=knob.step,
                placeholder=knob.empty_words, key=key, width=180,
                format="%g" if knob.number is float else None,
            )  # fmt: skip
    return st.text_input(label, mine, key=key, width=180)


def pair(
    base: Recipe, field: str, values: Sequence[Any]
) -> tuple[tuple[Recipe, Recipe], str | None]:
    """Two recipes that differ in `field` alone, or what is wrong with the values."""
    try:
        first, second = (base.changed(**{field: each}) for each in values)
    except RecipeError as error:
        return (base, base), str(error)
    if first == second:
        return (first, second), "Both values are the same: change one of them."
    return (first, second), None


def _cost_words(recipes: tuple[Recipe, Recipe]) -> str:
    known = [load_estimate(recipe) for recipe in recipes]
    seconds = [
        estimate.seconds(recipe)
        for recipe, estimate in zip(recipes, known, strict=True)
        if estimate
    ]
    if len(seconds) < len(recipes):
        first, second = (pluralize(recipe.total_epochs, "epoch") for recipe in recipes)
        epochs = f"{first} each" if first == second else f"{first} and {second}"
        return f"Two runs, one after the other, of {epochs}."
    return f"Expected time on this machine for both: {format_duration(sum(seconds))}."


def _launch(
    entrant: ComparedRun, knob: Setting, recipes: tuple[Recipe, Recipe], values: Sequence[Any]
) -> None:
    """Queue both, the first first."""
    launched: list[Run] = []
    for recipe, each in zip(recipes, values, strict=True):
        estimate = load_estimate(recipe)
        run = action_errors.attempt(
            PLACE,
            queue.submit,
            recipe,
            name=f"{entrant.summary.name}, {knob.title.lower()} {format_setting(each)}",
            by=st.session_state[sticky_widgets.STUDENT],
            expected_seconds=estimate.seconds(recipe) if estimate else None,
        )
        if run is None:
            return
        launched.append(run)
    st.session_state[LAUNCHED] = [run.id for run in launched]


def _launched() -> None:
    """What has become of the pair that this browser launched."""
    rows = [row for run_id in st.session_state.get(LAUNCHED, []) if (row := run_list.by_id(run_id))]
    with st.container():
        if not rows:
            return
        names = " and ".join(f"**{escape_markdown(row.name)}**" for row in rows)
        done = all(row.report for row in rows)
        words = "are finished" if done else "train one after the other"
        st.success(f"{names} {words}.", icon=":material/check:")
        if done:
            ids = ",".join(row.id for row in rows)
            st.page_link("pages/compare.py", label="Compare the two", query_params={"runs": ids})
        else:
            st.page_link(
                "pages/train.py", label="Watch them learn", icon=":material/model_training:",
                query_params={"run": rows[0].id},
            )  # fmt: skip
