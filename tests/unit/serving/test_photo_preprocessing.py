"""The network's features tell a garment from a background of the same colors."""

import numpy as np
import pytest

from fmnist_core.errors import ModelError
from fmnist_core.preprocessing import photo
from fmnist_core.serving import imagenet, photo_preprocessing

SIZE = 160


@pytest.fixture(scope="module")
def striped_photo():
    """A square with fine stripes on noise that has the same mean color."""
    rng = np.random.default_rng(0)
    image = rng.normal(128, 20, (SIZE, SIZE, 3))
    image[48:112, 48:112] = 128 + 60 * np.sign(np.sin(np.arange(64)))[None, :, None]
    return np.clip(image, 0, 255).astype(np.uint8)


def test_what_is_unlike_the_border_is_salient(striped_photo):
    salient = photo_preprocessing.find_salient(striped_photo)
    assert salient.shape == (SIZE, SIZE)
    assert salient[56:104, 56:104].mean() > 0.9
    assert salient[:16].mean() < 0.1


@pytest.mark.parametrize("size", [(8, 400), (400, 8), (9, 9)])
def test_every_size_has_an_answer(size):
    image = np.random.default_rng(1).integers(0, 255, (*size, 3), dtype=np.uint8)
    assert photo_preprocessing.find_salient(image).shape == size
    assert photo_preprocessing.preprocess_photo(image).image.shape == (28, 28)


def test_without_the_network_the_middle_is_the_guess(striped_photo, monkeypatch):
    def fail(_):
        raise ModelError("missing")

    monkeypatch.setattr(imagenet, "feature_maps", fail)
    assert photo_preprocessing.find_salient(striped_photo) is None
    preprocessed = photo_preprocessing.preprocess_photo(striped_photo)
    assert (preprocessed.image == photo.preprocess_photo(striped_photo).image).all()
