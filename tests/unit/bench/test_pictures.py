"""The benchmarks that show pictures to models, on a few drawn garments."""

import argparse

import numpy as np
import pytest

from fmnist_core.bench import ood, photos, predict, sketches
from fmnist_core.bench.synthetic_ood import KINDS
from fmnist_core.bench.synthetic_sketches import outline, silhouette
from fmnist_core.data import datasets
from fmnist_core.synthetic.garments import draw_garment, synthetic_garments

FEW = ("--images", "6")


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    garments = synthetic_garments(8, seed=7)
    monkeypatch.setattr(datasets, "load_test_set", lambda _: garments)


def figures(module, *words):
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    return module.run(parser.parse_args(words))


def test_drawings_of_every_kind():
    (row,) = figures(sketches, *FEW, "--runs", "cnn-lite")["accuracy in percent"]
    assert set(row) == {"run", "originals", *sketches.KINDS}
    assert all(0 <= row[kind] <= 100 for kind in sketches.KINDS)


def test_silhouette_and_outline_are_of_the_garment():
    image = draw_garment(2, 5)
    inks = [draw(image, np.random.default_rng(0)) for draw in (silhouette, outline)]
    filled, line = (ink.tones > 0.5 for ink in inks)
    large = np.pad(np.kron(image, np.ones((8, 8)))[2:-2, 2:-2], 30)
    assert filled[large > 60].mean() > 0.9
    assert 0.02 < line.mean() < 0.5 * filled.mean()


def test_unfamiliar_of_every_kind():
    found = figures(ood, *FEW, "--runs", "cnn-lite")
    (row,) = found["said to be unlike training, percent"]
    assert set(row) == {"run", "test images", *KINDS}
    assert row["noise"] > 90
    (area,) = found["mean area under ROC curve"]
    assert 0 <= area["by distance"] <= 1


def test_photographs_on_every_ground():
    found = figures(photos, *FEW, "--run", "cnn-lite")
    assert len(found["points lost"]) == 7
    assert found["photographs in which no garment was found"] == 0


def test_many_pictures_against_a_plain_loop():
    seconds = predict._many(8)
    assert len(seconds) == 3
    assert all(value > 0 for value in seconds.values())
