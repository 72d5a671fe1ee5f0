"""Colors are told apart and seen on the light and on the dark page."""

import pytest

from fmnist_core.charts.palette import FAMILY_COLORS
from fmnist_core.models.registry import MODELS

PAPERS = ("#ffffff", "#faf8f3", "#171d2d", "#0f1320")
"""The cards and the background of the page, light and dark."""
MIN_CONTRAST = 3.0
"""Of graphics, WCAG 2.2 success criterion 1.4.11."""


def luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return sum(
        weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_every_family_has_a_color_of_its_own() -> None:
    assert set(FAMILY_COLORS) == {spec.family for spec in MODELS.values()}
    assert len(set(FAMILY_COLORS.values())) == len(FAMILY_COLORS)


@pytest.mark.parametrize("paper", PAPERS)
def test_family_colors_are_seen_in_both_themes(paper: str) -> None:
    assert min(contrast(color, paper) for color in FAMILY_COLORS.values()) >= MIN_CONTRAST
