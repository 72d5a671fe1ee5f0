"""A tilted garment is set upright; its heatmap is turned back onto the photo."""

import cv2
import numpy as np
import pytest

from fmnist_core.preprocessing import photo
from fmnist_core.preprocessing.upright import find_tilt, turn, turn_box_back
from fmnist_core.synthetic.garments import draw_garment_large

SHIRT, BOOT = 6, 9


def tilted_mask(label: int, degrees: float) -> np.ndarray:
    """A garment turned clockwise, bool [400, 400]."""
    mask = np.zeros((400, 400), dtype=np.float32)
    mask[80:320, 80:320] = cv2.resize(draw_garment_large(label, 5), (240, 240)) > 10
    matrix = cv2.getRotationMatrix2D((200, 200), -degrees, 1)
    return cv2.warpAffine(mask, matrix, (400, 400)) > 0.5


@pytest.mark.parametrize("degrees", [-16, 12, 20])
def test_tilt_is_found(degrees):
    assert find_tilt(tilted_mask(SHIRT, degrees)) == pytest.approx(degrees, abs=4)


def test_upright_asymmetric_or_missing_garment_stays():
    assert find_tilt(tilted_mask(SHIRT, 0)) == 0
    assert find_tilt(tilted_mask(BOOT, 0)) == 0
    assert find_tilt(np.zeros((50, 50), dtype=bool)) == 0
    assert find_tilt(np.eye(1, 50, dtype=bool)) == 0


def test_nothing_is_lost_by_turning():
    assert turn(np.ones((40, 80), dtype=np.float32), 20).sum() == pytest.approx(3200, rel=0.02)


def test_box_is_moved_back_to_its_place():
    image = np.zeros((100, 200), dtype=np.float32)
    image[20:30, 150:160] = 1
    turned = turn(image, 15)
    rows, columns = np.nonzero(turned > 0.5)
    height, width = turned.shape
    box = (columns.min() / width, rows.min() / height,
           (columns.max() + 1) / width, (rows.max() + 1) / height)  # fmt: skip
    left, top, right, bottom = turn_box_back(box, 15, image.shape)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((0.775, 0.25), abs=0.01)


@pytest.mark.parametrize("nearest", [True, False])
@pytest.mark.parametrize("degrees", [-16, 12])
def test_input_of_a_tilted_garment_covers_it_in_the_photo(degrees, nearest):
    mask = tilted_mask(SHIRT, degrees)
    preprocessed = photo.preprocess_photo(
        np.where(mask[..., None], (60, 30, 40), 250).astype(np.uint8)
    )
    assert preprocessed.original.tilt != 0
    projected = preprocessed.original.project((preprocessed.image > 64) * 1.0, nearest=nearest)
    covered = projected > 0.5
    assert (covered & mask).sum() / (covered | mask).sum() > 0.85
