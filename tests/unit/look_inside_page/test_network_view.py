"""What the component in the browser gets: maps as bytes."""

import base64

import numpy as np
import pytest

from fmnist_core.look_inside_page import network_view


def decode(text):
    return np.frombuffer(base64.b64decode(text), dtype=np.uint8)


def test_signed_numbers_become_bytes_around_128():
    maps = np.array([-2.0, 0.0, 1.0, 2.0, np.nan, np.inf], dtype=np.float32)
    assert decode(network_view.encode(maps, scale=2.0)).tolist() == [1, 128, 192, 255, 0, 255]


def test_gray_numbers_begin_at_black():
    maps = np.array([0.0, 0.5, 1.0, np.nan])
    assert decode(network_view.encode(maps, scale=1.0, palette="gray")).tolist() == [1, 128, 255, 0]


@pytest.mark.parametrize(
    ("maps", "scale"), [([[-3.0, 2.0]], 3), ([[0.0]], 1), ([[np.nan]], 1), ([[np.inf, 2.0]], 2)]
)
def test_scale_is_the_largest_finite_number(maps, scale):
    assert network_view.find_scale(np.array(maps)) == scale
