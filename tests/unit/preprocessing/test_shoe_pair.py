"""Two shoes side by side are noticed, and one of them can be taken."""

import numpy as np
import pytest

from fmnist_core.preprocessing import photo
from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments
from fmnist_core.preprocessing.shoe_pair import find_pair

LEFT, RIGHT = (slice(40, 160), slice(30, 80)), (slice(45, 160), slice(120, 172))


def make_mask(*windows: tuple[slice, slice]) -> np.ndarray:
    mask = np.zeros((200, 200), dtype=bool)
    for window in windows:
        mask[window] = True
    return mask


def test_two_shoes_are_a_pair():
    left, right = find_pair(make_mask(LEFT, RIGHT))
    assert left == pytest.approx((0.15, 0.2, 0.4, 0.8), abs=0.04)
    assert right == pytest.approx((0.6, 0.225, 0.86, 0.8), abs=0.04)


@pytest.mark.parametrize(
    "windows",
    [
        (),
        (LEFT,),
        (LEFT, (slice(40, 70), slice(120, 172))),
        ((slice(10, 60), slice(40, 160)), (slice(100, 150), slice(40, 160))),
        (LEFT, RIGHT, (slice(40, 160), slice(180, 198))),
    ],
)
def test_other_masks_are_no_pair(windows):
    assert find_pair(make_mask(*windows)) == ()


def test_one_shoe_of_a_pair_can_be_taken():
    mask = make_mask(LEFT, RIGHT)
    image = np.where(mask[..., None], (60, 30, 40), 250).astype(np.uint8)
    preprocessed = photo.preprocess_photo(image)
    assert preprocessed.hint is not None
    one = photo.preprocess_photo(image, PhotoAdjustments(box=preprocessed.pair[0]))
    assert one.hint is None
    assert one.pair == ()
    np.testing.assert_array_equal(one.original.mask & mask, make_mask(LEFT))
