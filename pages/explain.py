"""Explain: what in the picture made the model say that."""

from fmnist_core.explain import desk
from fmnist_core.predict import link, models, ways
from fmnist_core.ui import catalogue, page

page.frame("Explain", "What in the picture made the model say that, and can you trust the map?")

arrived = link.arriving()
ways.arrive(arrived)
desk.arrive(arrived)
picked = models.pick(catalogue.rows(), arrived)
desk.show(picked)
models.warm(picked)
