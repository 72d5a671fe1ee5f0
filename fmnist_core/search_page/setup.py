"""The card in which a search is set up: recipe, settings, time, and the button that starts it."""

import streamlit as st

from fmnist_core.formatting import format_duration
from fmnist_core.runs.store import MAX_NAME_LENGTH
from fmnist_core.search import searches
from fmnist_core.search.dimensions import Options, Range, check_dimensions
from fmnist_core.search.searches import Search, SearchSpec
from fmnist_core.search_page import dimension_inputs, search_picker
from fmnist_core.training import cost_estimate
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import action_errors, dataset_status, identity, run_actions, sticky_widgets

ACTION = "start search"
PRESET, DATA, MINUTES, NAME, SETUP = (
    "search preset", "search data", "search minutes", "search name", "search setup",
)  # fmt: skip
"""Session-state keys of the widgets and of the expander."""
FIRST_PRESET = "mlp-quick"
MINUTE_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120)


def draw_setup() -> None:
    """Draw the card; Start begins a search with what it shows."""
    st.session_state.setdefault(SETUP, search_picker.requested_search() is None)
    with st.expander("**New search**", key=SETUP, on_change="rerun", icon=":material/add:"):
        left, right = st.columns([5, 3], gap="large")
        with left:
            preset, recipe = _pick_recipe()
            dimensions = dimension_inputs.pick_dimensions(recipe, preset)
        with right, st.container(key="launch"):
            _draw_start(preset, recipe, dimensions)


def _pick_recipe() -> tuple[str, Recipe]:
    st.session_state.setdefault(PRESET, FIRST_PRESET)
    preset = st.selectbox(
        "Recipe to start from",
        list(PRESETS),
        format_func=lambda key: PRESETS[key].title,
        key=PRESET,
        persist_state="session",
        help="What is not searched stays as this preset has it. The first trial is the preset "
        "itself.",
    )
    synthetic = st.toggle(
        "Synthetic garments",
        key=DATA,
        persist_state="session",
        help="Images that this program draws itself, for a machine without the data set.",
    )
    recipe = PRESETS[preset].recipe
    return preset, recipe.changed(data="drawn") if synthetic else recipe


def _draw_start(preset: str, recipe: Recipe, dimensions: tuple[Range | Options, ...]) -> None:
    dataset_status.offer_download(recipe.data)
    minutes = st.select_slider(
        "Training time",
        MINUTE_STEPS,
        5,
        format_func=lambda number: format_duration(60 * number),
        key=MINUTES,
        persist_state="session",
        help="Of all trials together, with their starts; waiting in the queue does not count.",
    )
    expected = cost_estimate.expected_seconds(recipe)
    if expected:
        st.caption(
            f"One training with this recipe takes about {format_duration(expected)}: about "
            f"{max(1, round(60 * minutes / expected)):,} trials, more where some are stopped early."
        )
    with st.container(key="search-names", horizontal=True, gap="small"):
        sticky_widgets.ask_student()
        st.text_input(
            "Name this search", placeholder="automatic", max_chars=MAX_NAME_LENGTH, key=NAME
        )
    has_data = dataset_status.is_available(recipe.data)
    st.button(
        "Start",
        type="primary",
        icon=":material/travel_explore:",
        width="stretch",
        key="start-search",
        disabled=not has_data,
        help=None if has_data else "The data is not on this machine.",
        on_click=_start,
        args=(preset, recipe, dimensions, minutes),
    )
    action_errors.show_error(ACTION)


def _start(
    preset: str, recipe: Recipe, dimensions: tuple[Range | Options, ...], minutes: float
) -> None:
    search = action_errors.run_action(ACTION, start_search, preset, recipe, dimensions, minutes)
    if search:
        st.session_state[SETUP] = False
        st.session_state[NAME] = ""
        search_picker.request_search(search.id)


def start_search(
    preset: str, recipe: Recipe, dimensions: tuple[Range | Options, ...], minutes: float
) -> Search:
    """Start a search that belongs to the user; raises `LabError`, also at one of their limits."""
    check_dimensions(dimensions, recipe)
    run_actions.check_may_start()
    fields = ", ".join(map(dimension_inputs.field_title, [one.field for one in dimensions]))
    return searches.start_search(
        SearchSpec(
            recipe=recipe,
            preset=preset,
            dimensions=dimensions,
            minutes=minutes,
            name=st.session_state.get(NAME) or f"{PRESETS[preset].title}: {fields}",
            by=sticky_widgets.get_student(),
            owner=identity.person_id(),
            is_limited=not identity.is_teacher(),
        )
    )
