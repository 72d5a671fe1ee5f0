"""The card in which a run is set up: model, preset, settings, cost, names and the Train button."""

import streamlit as st

from fmnist_core.train_page import (
    cost_card,
    form_state,
    initial_weights_check,
    page_params,
    recipe_form,
    recipe_picker,
    start_run,
)
from fmnist_core.train_page.state import get_state
from fmnist_core.ui import dataset_status


def draw_setup() -> None:
    """Draw the card; Train starts a run with what it shows.

    A followed link fills it, and opens it unless it leads to a run. So does the recipe that was
    left on the page.
    """
    choice = page_params.follow_link()
    if choice:
        form_state.fill_widgets(choice)
    is_new_link = choice is not None and choice is get_state().link_choice
    is_open = not page_params.links_to_run() if is_new_link else None
    with start_run.draw_setup(is_open=is_open):
        left, right = st.columns([5, 3], gap="large")
        with left, st.container(key="choice"):
            preset = recipe_picker.pick_preset()
        recipe_picker.pick_data()
        choice = recipe_form.adjust_recipe(preset)
        with right, st.container(key="launch"):
            dataset_status.offer_download(choice.recipe.data)
            has_data = dataset_status.is_available(choice.recipe.data)
            cost_card.draw_cost(choice.recipe, can_measure=has_data)
            has_weights = initial_weights_check.check_initial_weights(choice.recipe)
            start_run.draw_start(choice, can_start=has_data and has_weights)
