"""A wide symmetric garment is stretched; a shoe from the side keeps its proportions."""

import numpy as np
import pytest

from fmnist_core.preprocessing.photo import preprocess_photo
from fmnist_core.preprocessing.proportions import CAPTION, MAX_STRETCH, stretch_to_square
from fmnist_core.synthetic.garments import draw_garment_large

SNEAKER = 7


def stretched_height(mask: np.ndarray) -> int:
    image = np.repeat(mask[..., None], 3, axis=2).astype(np.uint8)
    stretched = stretch_to_square(image, mask)
    assert stretched.shape[1] == mask.shape[1]
    return len(stretched)


@pytest.mark.parametrize(
    ("size", "expected"), [((80, 100), 100), ((40, 100), 40 * MAX_STRETCH), ((100, 80), 100)]
)
def test_wide_symmetric_garment_is_stretched_up_to_a_square(size, expected):
    assert stretched_height(np.ones(size, dtype=bool)) == expected


def test_shoe_from_the_side_keeps_its_proportions():
    shoe = draw_garment_large(SNEAKER, 5) > 10
    rows, columns = np.nonzero(shoe)
    shoe = shoe[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert shoe.shape[1] > shoe.shape[0]
    assert stretched_height(shoe) == shoe.shape[0]


def test_box_of_the_input_covers_the_stretched_garment():
    photo = np.full((200, 200, 3), 250, dtype=np.uint8)
    photo[60:140, 50:150] = 40
    preprocessed = preprocess_photo(photo)
    assert preprocessed.image[[1, -2]].mean() > 200
    assert preprocessed.original.input_box == pytest.approx((0.25, 0.3, 0.75, 0.7), abs=0.02)
    assert CAPTION in preprocessed.steps[2].caption
