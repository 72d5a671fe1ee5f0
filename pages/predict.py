"""Predict: draw, photograph or upload a garment, and see what every model says of it."""

from fmnist_core.predict import link, models, studio, ways
from fmnist_core.ui import catalogue, page

page.frame("Predict", "Draw, photograph or upload a garment, and see what every model says of it.")

arrived = link.arriving()
ways.arrive(arrived)
picked = models.pick(catalogue.rows(), arrived)
studio.show(picked)
models.warm(picked)
