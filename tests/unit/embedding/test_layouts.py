"""Layouts keep groups together and report how far they are."""

import numpy as np
import pytest

from fmnist_core.embedding import layouts
from fmnist_core.embedding.layouts import LAYOUTS, PercentReader

RNG = np.random.default_rng(0)
GROUPS = np.repeat(np.arange(3), 40)
VECTORS = (RNG.normal(size=(120, 12)) + 12 * np.eye(3, 12)[GROUPS]).astype(np.float32)
COMPUTED = [layout for layout in LAYOUTS.values() if layout.compute]


@pytest.mark.parametrize("layout", COMPUTED, ids=lambda layout: layout.key)
def test_groups_stay_together(layout, monkeypatch):
    monkeypatch.setattr(layouts, "TSNE_EXAGGERATED", 50)
    monkeypatch.setattr(layouts, "TSNE_ITERATIONS", 50)
    fractions = []
    positions = layout.load_compute()(VECTORS, fractions.append)
    assert positions.shape == (120, 2)
    assert np.isfinite(positions).all()
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] <= 1
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (GROUPS[distances.argmin(axis=1)] == GROUPS).all()


def test_only_the_leading_components_are_used():
    wide = RNG.normal(size=(90, 200)).astype(np.float32)
    assert layouts.reduce_dimensions(wide).shape == (90, layouts.NUM_COMPONENTS)
    assert layouts.reduce_dimensions(VECTORS) is VECTORS


def test_percentages_are_read_from_a_bar():
    fractions = []
    reader = PercentReader(fractions.append)
    for text in ("\rEpochs completed:  45%| ###  45/100", "\n", "100%|##| "):
        assert reader.write(text) == len(text)
    assert fractions == [0.45, 1.0]
