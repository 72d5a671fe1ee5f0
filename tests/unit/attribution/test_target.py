"""Targets: the score they explain, impossible ones, and captions."""

import numpy as np
import pytest
import torch

from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target, caption
from fmnist_core.errors import ModelError

PROBABILITIES = np.array([0.1, 0, 0.5, 0, 0, 0, 0.4, 0, 0, 0])


def test_contrast_is_the_difference_of_two_classes():
    logits = torch.arange(10.0)[None]
    assert Target(label=6)(logits) == 6
    assert Target(label=6, against=2)(logits) == 4


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"label": 10}, "The class is 10; it must be from 0 to 9."),
        ({"label": 0, "against": -1}, "The class is -1"),
        ({"label": 3, "against": 3}, "Dress cannot be compared with itself."),
    ],
)
def test_impossible_targets_are_refused(values, message):
    with pytest.raises(ModelError, match=message):
        Target(**values)


@pytest.mark.parametrize(
    ("method", "label", "against", "expected"),
    [
        ("gradcam", 2, None, "Why Pullover (50%)"),
        ("gradcam", 6, 2, "Why Shirt and not Pullover (40% vs. 50%)"),
        ("gradcam", 0, None, "Evidence for T-shirt/top (10%)"),
        ("eigencam", 2, None, "Common pattern of the feature maps, regardless of class"),
    ],
)
def test_caption_names_target_and_confidence(method, label, against, expected):
    target = Target(label=label, against=against)
    assert caption(METHODS[method], target, PROBABILITIES) == expected


def test_text_of_a_contrast():
    assert Target(label=6).text == "Shirt"
    assert Target(label=6, against=0).text == "Shirt and not T-shirt/top"
