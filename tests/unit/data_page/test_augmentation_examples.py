"""The augmentations on the page are those of training."""

import numpy as np
import pytest
import torch

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.transforms import augment
from fmnist_core.data_page.augmentation_examples import amounts, augment_copies, usual_amount
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(9, seed=1)
FIELDS = list(Augmentation.model_fields)


@pytest.mark.parametrize("field", FIELDS)
def test_every_value_is_allowed_and_the_usual_one_among_them(field):
    values = amounts(field)
    assert usual_amount(field) in values
    for value in values:
        Augmentation.model_validate({field: value})


@pytest.mark.parametrize("field", FIELDS)
def test_usual_values_change_the_image_and_the_least_do_not(field):
    usual = Augmentation.model_validate({field: usual_amount(field)})
    assert (augment_copies(IMAGE, usual, count=8, seed=1) != IMAGE).any()
    least = Augmentation.model_validate({field: amounts(field)[0]})
    assert (augment_copies(IMAGE, least, count=8, seed=1) == IMAGE).all()


def test_it_is_the_code_of_training():
    augmentation = Augmentation(rotation=30, shift=2, erasing=0.5)
    shown = augment_copies(IMAGE, augmentation, count=6, seed=4)
    batch = torch.from_numpy(np.repeat(IMAGE[None], 6, axis=0))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        expected = augment(batch, augmentation, mirrored=torch.arange(6) % 2 == 1)
    assert np.array_equal(shown, expected.numpy())
