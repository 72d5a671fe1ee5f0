"""Which number is picked before the user picks one."""

import numpy as np
import pytest

from fmnist_core.inspection.layouts import choose_layout
from fmnist_core.look_inside_page import compute


def test_the_strongest_number_of_a_large_map_is_not_at_its_edge():
    maps = np.zeros((3, 9, 9))
    maps[0, 0, 4], maps[2, 5, 6], maps[1, 4, 4] = 9, 2, -7
    assert compute.strongest_position(maps) == (2, 5, 6)


def test_the_strongest_number_of_a_small_map_may_be_anywhere():
    maps = np.full((3, 3, 3), -5.0)
    maps[1, 0, 2] = -4
    assert compute.strongest_position(maps) == (1, 0, 2)


@pytest.mark.parametrize("size", [10, 37, 192])
def test_a_gap_is_never_picked(size):
    import torch

    layout = choose_layout((1, size))
    assert layout.holds(compute.strongest_position(layout.arrange(torch.zeros(1, size))))


def test_maps_without_numbers_have_a_position():
    assert compute.strongest_position(np.full((2, 8, 8), np.nan))[0] in (0, 1)
