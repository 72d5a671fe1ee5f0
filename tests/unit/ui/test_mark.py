"""The mark is the same picture in the bar and in the browser's tab."""

from urllib.parse import unquote

import numpy as np

from fmnist_core.ui import mark


def test_every_pixel_of_the_mark_is_in_both_pictures():
    num_pixels = sum(character in mark.COLORS for row in mark.ROWS for character in row)
    assert unquote(mark.mark_url()).count("<rect") == num_pixels
    opaque = np.asarray(mark.mark_icon())[:, :, 3] > 0
    assert opaque.sum() == num_pixels * mark.ICON_SCALE**2


def test_the_mark_is_square_and_symmetric_in_shape():
    assert {len(row) for row in mark.ROWS} == {len(mark.ROWS)}
    outline = [[character == "." for character in row] for row in mark.ROWS]
    assert outline == [row[::-1] for row in outline]
