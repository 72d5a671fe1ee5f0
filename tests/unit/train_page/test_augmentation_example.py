"""The strip shows training images, and the same images as the augmentation changes them."""

import numpy as np
import torch

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.train_page import augmentation_example
from fmnist_core.train_page.augmentation_example import arrange, augment_rows, class_images


def test_one_training_image_of_each_class():
    images = class_images("drawn")
    assert images.shape == (10, 28, 28)
    assert images.dtype == np.uint8
    assert len({image.tobytes() for image in images}) == 10


def test_every_row_is_another_change_but_always_the_same():
    images = class_images("drawn")
    rows = augment_rows(images, Augmentation(photo=1.0))
    assert rows.shape == (augmentation_example.NUM_ROWS, 10, 28, 28)
    assert not np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows, augment_rows(images, Augmentation(photo=1.0)))


def test_alternating_flips_alternate_from_row_to_row():
    images = class_images("drawn")
    rows = augment_rows(images, Augmentation(flip="alternating"))
    assert np.array_equal(rows[0], images[:, :, ::-1])
    assert np.array_equal(rows[1], images)


def test_a_training_beside_it_keeps_its_random_numbers():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    augment_rows(class_images("drawn"), Augmentation(photo=1.0))
    assert torch.equal(torch.rand(3), expected)


def test_images_stand_in_rows_with_gaps():
    rows = np.arange(6, dtype=np.uint8).reshape(2, 3, 1, 1) * np.ones((28, 28), np.uint8)
    strip = arrange(rows)
    assert strip.shape == (58, 88)
    assert strip[0, 0] == 0
    assert strip[30, 60] == 5
    assert (strip[28:30] == augmentation_example.GAP_GRAY).all()
