"""The sheet of thumbnails, and which points a lasso holds."""

import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core.data_page.scatter_map import COLUMNS, make_sheet, points_inside
from fmnist_core.synthetic.garments import generate_garments

SQUARE = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]


def test_each_thumbnail_is_where_the_browser_looks_for_it():
    images, _ = generate_garments(COLUMNS + 3, seed=1)
    sheet = np.asarray(Image.open(io.BytesIO(make_sheet(images)))).astype(int)
    for index in (0, 7, COLUMNS, COLUMNS + 2):
        row, column = divmod(index, COLUMNS)
        shown = sheet[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
        assert np.abs(shown - images[index]).mean() < 12  # JPEG


def test_points_inside_a_square():
    positions = np.array([[0, 0], [0.49, -0.49], [0.6, 0], [0, 0.6], [-0.51, 0.2]])
    assert points_inside(positions, SQUARE).tolist() == [True, True, False, False, False]


def test_a_hole_of_a_crossed_lasso_is_outside():
    star = [(np.cos(angle), np.sin(angle)) for angle in 4 * np.pi / 5 * np.arange(5) + np.pi / 2]
    positions = np.array([[0.0, 0.0], [0.0, 0.8]])
    assert points_inside(positions, star).tolist() == [False, True]


@pytest.mark.parametrize("lasso", [[], [(0, 0)], [(0, 0), (1, 1)]])
def test_a_line_holds_nothing(lasso):
    assert not points_inside(np.zeros((3, 2)), lasso).any()
