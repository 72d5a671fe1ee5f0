"""Home: a canvas that two models answer, the first training run, and the path from there."""

import streamlit as st

from fmnist_core.home_page import (
    class_gallery,
    hero,
    machine_status,
    model_catalog,
    playground,
    steps,
)
from fmnist_core.image_input import draw
from fmnist_core.ui import dataset_status, model_picker, page, run_list

page.frame("Home")
draw.restore()
runs = run_list.runs()
models = playground.choose_models(runs)
hero.draw_hero(models, runs)
st.header("Four steps to your own model", anchor=False)
steps.draw_steps()
st.header("What they learned from", anchor=False)
class_gallery.draw_gallery()
st.header("Under the hood", anchor=False)
model_catalog.draw_catalog()
has_data = dataset_status.is_available("fashion-mnist")
with st.expander("This machine", icon=":material/memory:", expanded=not has_data):
    machine_status.draw_status(runs)
model_picker.preload(models)
