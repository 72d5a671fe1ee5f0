"""Predict: draw, photograph or upload a garment, and see what every model says of it."""

from fmnist_core.image_input import sources, studio
from fmnist_core.ui import model_picker, page, query_params, run_list

page.frame("Predict", "Draw, photograph or upload a garment, and see what every model says of it.")

arrived = query_params.read_arrival()
sources.arrive(arrived)
picked = model_picker.pick(run_list.rows(), arrived)
studio.show(picked)
model_picker.warm(picked)
