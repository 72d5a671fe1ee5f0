"""Silhouettes and outlines have the shape of the garment."""

import numpy as np

from fmnist_core.bench.synthetic_sketches import draw_outline, draw_silhouette
from fmnist_core.synthetic.garments import draw_garment


def test_silhouette_and_outline_match_the_garment():
    image = draw_garment(2, 5)
    sketches = [draw(image, np.random.default_rng(0)) for draw in (draw_silhouette, draw_outline)]
    silhouette, outline = (sketch.tones > 0.5 for sketch in sketches)
    large = np.pad(np.kron(image, np.ones((8, 8)))[2:-2, 2:-2], 30)
    assert silhouette[large > 60].mean() > 0.9
    assert 0.02 < outline.mean() < 0.5 * silhouette.mean()
