"""Train: choose a model and a recipe, see the cost, press Train, watch it learn."""

import streamlit as st

from fmnist_core.ui import (
    address,
    adjusting,
    cost,
    data_state,
    first_weights,
    live,
    managing,
    page,
    recipe_form,
    starting,
)

page.frame("Train", "Choose a model and a recipe, press **Train**, and watch it learn.")

with starting.setup():
    left, right = st.columns([3, 2], gap="large")
    with left:
        preset = recipe_form.choose()
    choice = adjusting.adjust(preset)
    with right:
        data_state.offer(choice.recipe.data)
        possible = data_state.ready(choice.recipe.data)
        estimate = cost.show(choice.recipe, possible=possible)
        possible &= first_weights.check(choice.recipe)
        starting.panel(choice, estimate, possible=possible)

address.complaints()
live.show()
managing.dialogs()
