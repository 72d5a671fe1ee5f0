"""Explain: see which parts of a picture a model used, and check whether the heatmap is right."""

from fmnist_core.explain_page import body, first_image
from fmnist_core.image_input import sources
from fmnist_core.ui import page, query_params

page.frame("Explain", "What made the model say that, and can you trust the heatmap?")

link = query_params.read_link()
sources.open_link(link)
body.open_link(link)
first_image.open_first_image()
body.draw_body()
