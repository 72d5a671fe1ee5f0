"""Synthetic garments are reproducible, balanced, framed like the real ones and recognizable."""

import numpy as np
import pytest

from fmnist_core.errors import DataError
from fmnist_core.synthetic.garments import (
    GarmentSet,
    draw_garment,
    draw_garment_large,
    generate_garments,
)

LABELS = range(10)


def _several(label: int, num_images: int = 40) -> np.ndarray:
    return np.stack([draw_garment(label, seed) for seed in range(num_images)])


@pytest.mark.parametrize("label", LABELS)
def test_same_seed_draws_the_same_garment(label: int) -> None:
    assert np.array_equal(draw_garment(label, 5), draw_garment(label, 5))
    assert np.array_equal(draw_garment(label, -5), draw_garment(label, -5))


@pytest.mark.parametrize("label", LABELS)
def test_different_seeds_draw_different_garments(label: int) -> None:
    images = np.stack([draw_garment(label, seed) for seed in range(-20, 20)])
    assert len({image.tobytes() for image in images}) == len(images)


@pytest.mark.parametrize("label", LABELS)
def test_garment_is_a_small_grayscale_image(label: int) -> None:
    image = draw_garment(label, 0)
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() > 40


@pytest.mark.parametrize("label", LABELS)
def test_corners_are_black(label: int) -> None:
    # Not quite 0: the resampling filter rings slightly, as in the real data set.
    assert _several(label)[:, [0, 0, -1, -1], [0, -1, 0, -1]].max() <= 10


@pytest.mark.parametrize("label", LABELS)
def test_garment_fills_the_frame(label: int) -> None:
    visible = _several(label) > 20
    longest = np.maximum(visible.any(axis=2).sum(axis=1), visible.any(axis=1).sum(axis=1))
    assert longest.min() >= 20
    assert np.median(longest) >= 25


@pytest.mark.parametrize("label", LABELS)
def test_large_image_shows_the_same_garment(label: int) -> None:
    large = draw_garment_large(label, 3, size=112)
    assert large.shape == (112, 112)
    reduced = large.reshape(28, 4, 28, 4).mean(axis=(1, 3))
    assert np.abs(reduced - draw_garment(label, 3)).mean() < 8


def test_classes_are_balanced_and_shuffled() -> None:
    images, labels = generate_garments(105, seed=1)
    assert images.shape == (105, 28, 28)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int64
    counts = np.bincount(labels, minlength=10)
    assert counts.min() == 10
    assert counts.max() == 11
    assert not np.array_equal(labels, np.arange(105) % 10)


def test_garments_are_reproducible_and_differ_between_seeds() -> None:
    images, labels = generate_garments(100, seed=1)
    again, labels_again = generate_garments(100, seed=1)
    other_images, _ = generate_garments(100, seed=2)
    assert np.array_equal(images, again)
    assert np.array_equal(labels, labels_again)
    assert not {i.tobytes() for i in images} & {i.tobytes() for i in other_images}


def test_zero_garments_are_empty_arrays() -> None:
    images, labels = generate_garments(0)
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)


def test_nearest_mean_image_classifies_most_garments() -> None:
    images, labels = generate_garments(600, seed=1)
    other_images, other_labels = generate_garments(300, seed=2)
    means = np.stack([images[labels == label].mean(axis=0) for label in LABELS])
    distances = ((other_images[:, None].astype(float) - means) ** 2).sum(axis=(2, 3))
    assert (distances.argmin(axis=1) == other_labels).mean() > 0.6


@pytest.mark.parametrize("label", [-1, 10, 12])
def test_unknown_label_is_refused(label: int) -> None:
    with pytest.raises(DataError, match=rf"^label is {label}; it must be from 0 to 9\.$"):
        draw_garment(label, 0)


def test_negative_number_is_refused() -> None:
    with pytest.raises(DataError, match=r"^num_images is -1; it must be 0 or more\.$"):
        generate_garments(-1)


def test_garments_do_not_change() -> None:
    # Means instead of a checksum: another Pillow may round an edge differently, but changed drawing
    # code (or order of random numbers) still shows.
    means = [draw_garment(label, 0).mean() for label in LABELS]
    assert means == pytest.approx(
        [119.3, 49.2, 76.5, 60.4, 55.3, 6.8, 41.7, 52.8, 76.3, 89.5], abs=0.5
    )


def test_garments_drawn_one_by_one_are_those_of_the_whole_set() -> None:
    images, labels = generate_garments(30, seed=4)
    garments = GarmentSet(30, seed=4)
    assert len(garments) == 30
    assert np.array_equal(garments.labels, labels)
    assert np.array_equal(garments[np.array([29, 3])], images[[29, 3]])
    assert np.array_equal(garments[np.int64(7)], images[7])
