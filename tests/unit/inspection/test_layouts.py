"""Layouts: every number of a tensor has one place in its maps."""

import numpy as np
import pytest
import torch

from fmnist_core.inspection.layouts import LayoutKind, choose_layout

SHAPES = {
    (1, 3, 5, 4): LayoutKind.MAPS,
    (1, 50, 6): LayoutKind.TOKENS,
    (1, 49, 6): LayoutKind.TOKENS,
    (1, 10): LayoutKind.VALUES,
    (1, 37): LayoutKind.VALUES,
    (1, 256, 1, 1): LayoutKind.VALUES,
    (4, 9, 6): LayoutKind.MATRICES,
    (1, 3, 7): LayoutKind.MATRICES,
}


@pytest.mark.parametrize(("shape", "kind"), SHAPES.items())
def test_position_and_index_lead_to_the_same_number(shape, kind):
    tensor = torch.arange(float(np.prod(shape))).reshape(shape)
    layout = choose_layout(shape, num_prefix=1)
    assert layout.kind is kind
    maps = layout.arrange(tensor)
    assert maps.shape == (layout.num_maps, layout.height, layout.width)
    for place in np.ndindex(maps.shape):
        if not layout.holds(place):
            assert np.isnan(maps[place])
            continue
        index = layout.index(place)
        assert tensor[index] == maps[place]
        assert layout.position(index) == place


def test_class_token_is_not_drawn():
    layout = choose_layout((1, 50, 6), num_prefix=1)
    assert layout.num_prefix == 1
    assert layout.position((0, 0, 3)) is None


def test_the_picture_flattened_is_a_picture_again():
    layout = choose_layout((1, 784))
    assert (layout.height, layout.width) == (28, 28)


@pytest.mark.parametrize("position", [(3, 0, 0), (0, 5, 0), (0, 0, -1)])
def test_positions_outside_are_refused(position):
    assert not choose_layout((1, 3, 5, 4)).holds(position)
