"""Augmentation of whole batches."""

import pytest
import torch

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import (
    augment,
    random_affine,
    random_erasing,
    random_shift,
    to_inputs,
    to_sketches,
)
from fmnist_core.synthetic.garments import synthetic_garments


@pytest.fixture(scope="module")
def images():
    return torch.from_numpy(synthetic_garments(40, seed=9)[0])


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)


EVERYTHING = {
    "flip": "random",
    "rotation": 20,
    "shift": 2,
    "zoom": 0.2,
    "erasing": 1.0,
    "drawings": 1.0,
}


@pytest.mark.parametrize("changes", [{}, EVERYTHING, *({k: v} for k, v in EVERYTHING.items())])
def test_keeps_shape_and_type(images, changes):
    changed = augment(images, Augmentation(**changes), mirrored=torch.zeros(40, dtype=torch.bool))
    assert changed.shape == images.shape
    assert changed.dtype == torch.uint8
    assert torch.equal(changed, images) == (not changes)


def test_alternating_flip_mirrors_those_it_is_told(images):
    mirrored = torch.arange(40) % 2 == 0
    changed = augment(images, Augmentation(flip="alternating"), mirrored=mirrored)
    assert torch.equal(changed[0], images[0].flip(-1))
    assert torch.equal(changed[1], images[1])


def test_random_flip_mirrors_about_half(images):
    mirrored = torch.zeros(40, dtype=torch.bool)
    changed = augment(images, Augmentation(flip="random"), mirrored=mirrored)
    num_mirrored = sum(not torch.equal(a, b) for a, b in zip(changed, images, strict=True))
    assert 8 < num_mirrored < 32


def test_shift_moves_whole_pixels(images):
    for moved, image in zip(random_shift(images, 2), images, strict=True):
        padded = torch.nn.functional.pad(image, (2, 2, 2, 2))
        places = [
            padded[row : row + 28, column : column + 28] for row in range(5) for column in range(5)
        ]
        assert any(torch.equal(moved, place) for place in places)


def test_affine_map_without_change_is_the_identity(images):
    assert torch.equal(random_affine(images, Augmentation()), images)


def test_affine_shift_moves_whole_pixels(images):
    moved = random_affine(images, Augmentation(shift=3))
    inner = moved[:, 3:-3, 3:-3].unique()
    assert set(inner.tolist()) <= set(images.unique().tolist())


def test_erasing_covers_a_rectangle_of_the_asked_size():
    grey = torch.full((400, 28, 28), 77, dtype=torch.uint8)
    covered = (random_erasing(grey, 1.0) != 77).float().mean(dim=(1, 2))
    assert covered.min() > 0.01
    assert covered.max() < 0.25


def test_erasing_leaves_the_rest_alone():
    grey = torch.full((1000, 28, 28), 77, dtype=torch.uint8)
    touched = (random_erasing(grey, 0.3) != 77).any(dim=2).any(dim=1).float().mean()
    assert 0.2 < touched < 0.4


def test_normalised_by_the_data_sets_own_figures():
    inputs = to_inputs(torch.tensor([[[0, 255]]], dtype=torch.uint8), InputSpec())
    assert inputs.flatten().tolist() == pytest.approx(
        [-0.2860 / 0.3530, (1 - 0.2860) / 0.3530], rel=1e-5
    )


def test_drawings_are_areas_lines_or_both():
    square = torch.zeros(300, 28, 28, dtype=torch.uint8)
    square[:, 6:22, 6:22] = 200
    square[:, 12:16, 12:16] = 0  # a hole, which a drawing fills
    drawn = to_sketches(square)
    assert drawn[:, :5].max() == 0
    middles, edges = drawn[:, 14, 14], drawn[:, 14, 6]
    lines = middles == 0
    assert 60 < lines.sum() < 140
    assert (edges[lines] > 190).all()
    assert (middles[~lines] >= 127).all()
    assert 60 < ((edges >= 212) & ~lines).sum() < 140


def test_only_some_images_become_drawings_and_the_originals_stay(images):
    before = images.clone()
    changed = augment(
        images, Augmentation(drawings=0.3), mirrored=torch.zeros(40, dtype=torch.bool)
    )
    num_drawn = sum(not torch.equal(a, b) for a, b in zip(changed, images, strict=True))
    assert 3 < num_drawn < 25
    assert torch.equal(images, before)
