"""Batches are normalized and augmented."""

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
from fmnist_core.synthetic.garments import generate_garments


@pytest.fixture(scope="module")
def images():
    return torch.from_numpy(generate_garments(40, seed=9)[0])


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
    "photo": 1.0,
}


@pytest.mark.parametrize("changes", [{}, EVERYTHING, *({k: v} for k, v in EVERYTHING.items())])
def test_keeps_shape_and_type(images, changes):
    changed = augment(images, Augmentation(**changes), mirrored=torch.zeros(40, dtype=torch.bool))
    assert changed.shape == images.shape
    assert changed.dtype == torch.uint8
    assert torch.equal(changed, images) == (not changes)


def test_alternating_flip_mirrors_the_selected_images(images):
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
        windows = [
            padded[row : row + 28, column : column + 28] for row in range(5) for column in range(5)
        ]
        assert any(torch.equal(moved, window) for window in windows)


def test_affine_map_without_change_is_the_identity(images):
    assert torch.equal(random_affine(images, Augmentation()), images)


def test_affine_shift_moves_whole_pixels(images):
    moved = random_affine(images, Augmentation(shift=3))
    inner = moved[:, 3:-3, 3:-3].unique()
    assert set(inner.tolist()) <= set(images.unique().tolist())


def test_erasing_covers_a_rectangle_of_limited_size():
    gray = torch.full((400, 28, 28), 77, dtype=torch.uint8)
    covered = (random_erasing(gray, 1.0) != 77).float().mean(dim=(1, 2))
    assert covered.min() > 0.01
    assert covered.max() < 0.25


def test_erasing_changes_only_a_fraction_of_the_images():
    gray = torch.full((1000, 28, 28), 77, dtype=torch.uint8)
    erased = (random_erasing(gray, 0.3) != 77).any(dim=2).any(dim=1).float().mean()
    assert 0.2 < erased < 0.4


def test_inputs_are_normalized_by_mean_and_std_of_the_data_set():
    inputs = to_inputs(torch.tensor([[[0, 255]]], dtype=torch.uint8), InputSpec())
    assert inputs.flatten().tolist() == pytest.approx(
        [-0.2860 / 0.3530, (1 - 0.2860) / 0.3530], rel=1e-5
    )


def test_sketches_are_filled_shapes_outlines_or_both():
    square = torch.zeros(300, 28, 28, dtype=torch.uint8)
    square[:, 6:22, 6:22] = 200
    square[:, 12:16, 12:16] = 0  # a hole, which a sketch fills
    sketches = to_sketches(square)
    assert sketches[:, :5].max() == 0
    centers, edges = sketches[:, 14, 14], sketches[:, 14, 6]
    outlines = centers == 0
    assert 60 < outlines.sum() < 140
    assert (edges[outlines] > 190).all()
    assert (centers[~outlines] >= 127).all()
    assert 60 < ((edges >= 212) & ~outlines).sum() < 140


def test_only_some_images_become_sketches_and_the_originals_are_kept(images):
    before = images.clone()
    changed = augment(
        images, Augmentation(drawings=0.3), mirrored=torch.zeros(40, dtype=torch.bool)
    )
    num_sketched = sum(not torch.equal(a, b) for a, b in zip(changed, images, strict=True))
    assert 3 < num_sketched < 25
    assert torch.equal(images, before)
