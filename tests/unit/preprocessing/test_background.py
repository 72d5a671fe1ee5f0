"""The background is fitted although a garment touches the border."""

import numpy as np
import pytest

from fmnist_core.preprocessing.background import fit_background

RNG = np.random.default_rng(0)


def make_photo(noise: float) -> np.ndarray:
    """A dark block that touches the left edge, on a ground lit from the right."""
    light = np.linspace(150, 230, 160)[None, :, None]
    image = np.broadcast_to(light, (120, 160, 3)) + RNG.normal(0, noise, (120, 160, 3))
    image[40:80, :90] = 40
    return np.clip(image, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("noise", "is_plain"), [(1, True), (40, False)])
def test_paper_is_plain_and_grain_is_not(noise, is_plain):
    assert fit_background(make_photo(noise)).is_plain is is_plain


def test_garment_differs_and_uneven_light_does_not():
    differs = fit_background(make_photo(1)).differs
    assert differs[43:77, :87].all()
    assert not differs[:36].any()
    assert not differs[84:].any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (3, 8)])
def test_strips_are_fitted(shape):
    background = fit_background(np.full((*shape, 3), 90, dtype=np.uint8))
    assert not background.differs.any()
