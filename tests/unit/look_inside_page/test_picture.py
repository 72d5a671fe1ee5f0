"""Normalization as the page shows it is what the model gets."""

import re

import pytest
import torch

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.look_inside_page import picture


@pytest.mark.parametrize("pixel", [0, 97, 255])
def test_normalized_pixel_is_the_models_input(pixel):
    spec = InputSpec(size=28, channels=1, mean=0.286, std=0.353)
    html = picture.normalization_html(pixel, 3, 4, spec)
    shown = float(re.search(r'class="result">(.*?)<', html)[1].replace("−", "-"))
    image = torch.full((1, 28, 28), pixel, dtype=torch.uint8)
    assert shown == pytest.approx(to_inputs(image, spec)[0, 0, 3, 4].item(), rel=1e-3)


def test_three_channels_are_told():
    spec = InputSpec(size=28, channels=3, mean=0.5, std=0.5)
    assert "red, green and blue" in picture.normalization_html(1, 0, 0, spec)


def test_enlarging_is_told():
    spec = InputSpec(size=32, channels=1, mean=0.286, std=0.353)
    assert "32 × 32" in picture.normalization_html(1, 0, 0, spec)
