"""Explain: see which parts of a picture a model used, and check whether the heatmap is right."""

from fmnist_core.explain_page import body
from fmnist_core.image_input import sources
from fmnist_core.ui import model_picker, page, query_params, run_list

page.frame("Explain", "What made the model say that – and can you trust the heatmap?")

link = query_params.read_link()
sources.open_link(link)
body.open_link(link)
models = model_picker.pick_models(run_list.runs(), link)
body.draw_body(models)
model_picker.preload(models)
