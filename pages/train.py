"""Train: choose a model and a recipe, see the cost, press Train, watch it learn."""

import streamlit as st

from fmnist_core.train_page import (
    cost_card,
    initial_weights_check,
    live_view,
    recipe_form,
    recipe_picker,
    run_dialogs,
    start_run,
    url_state,
)
from fmnist_core.ui import dataset_status, page

page.frame("Train", "Choose a model and a recipe, press **Train**, and watch it learn.")

with start_run.setup():
    left, right = st.columns([3, 2], gap="large")
    with left:
        preset = recipe_picker.choose()
    choice = recipe_form.adjust(preset)
    with right:
        dataset_status.offer_download(choice.recipe.data)
        possible = dataset_status.is_available(choice.recipe.data)
        estimate = cost_card.show(choice.recipe, possible=possible)
        possible &= initial_weights_check.check(choice.recipe)
        start_run.panel(choice, estimate, possible=possible)

url_state.complaints()
live_view.show()
run_dialogs.dialogs()
