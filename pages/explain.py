"""Explain: what in the picture made the model say that."""

from fmnist_core.explain_page import body
from fmnist_core.image_input import sources
from fmnist_core.ui import model_picker, page, query_params, run_list

page.frame("Explain", "What in the picture made the model say that, and can you trust the map?")

arrived = query_params.read_link()
sources.open_link(arrived)
body.arrive(arrived)
picked = model_picker.pick_models(run_list.runs(), arrived)
body.show(picked)
model_picker.preload(picked)
