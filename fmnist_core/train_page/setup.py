"""The card in which a run is set up: model, preset, settings, cost, names and the Train button."""

import streamlit as st

from fmnist_core.train_page import (
    cost_card,
    initial_weights_check,
    recipe_form,
    recipe_picker,
    start_run,
)
from fmnist_core.ui import dataset_status


def draw_setup() -> None:
    """Draw the card; Train starts a run with what it shows."""
    with start_run.draw_setup():
        left, right = st.columns([3, 2], gap="large")
        with left:
            preset = recipe_picker.pick_preset()
        choice = recipe_form.adjust_recipe(preset)
        with right:
            dataset_status.offer_download(choice.recipe.data)
            has_data = dataset_status.is_available(choice.recipe.data)
            estimate = cost_card.draw_cost(choice.recipe, can_measure=has_data)
            has_weights = initial_weights_check.check_initial_weights(choice.recipe)
            start_run.draw_start(choice, estimate, can_start=has_data and has_weights)
