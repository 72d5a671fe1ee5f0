"""The garment's mask on textured backgrounds: whole, with its holes judged."""

import numpy as np
import pytest

from fmnist_core.preprocessing.background import fit_background
from fmnist_core.preprocessing.photo_adjustments import Stroke
from fmnist_core.preprocessing.segmentation import segment_garment

HEIGHT, WIDTH = 240, 200
GREEN, DARK, RED = (70, 150, 70), (30, 35, 60), (200, 40, 40)


@pytest.fixture
def carpet():
    """A textured background without a garment."""
    rng = np.random.default_rng(1)
    grain = rng.normal(0, 18, (HEIGHT // 4, WIDTH // 4, 1)).repeat(4, axis=0).repeat(4, axis=1)
    return np.clip(np.array(GREEN) + grain, 0, 255).astype(np.uint8)


def segment(image: np.ndarray, *strokes: Stroke) -> np.ndarray:
    return segment_garment(image, fit_background(image), strokes=strokes)


def test_a_print_is_filled_and_a_handle_is_not(carpet):
    image = carpet.copy()
    image[60:200, 40:160] = DARK
    image[150:180, 80:120] = RED
    image[80:110, 70:130] = carpet[80:110, 70:130]
    mask = segment(image)
    assert mask[150:180, 80:120].all()
    assert mask[85:105, 75:125].mean() < 0.1
    assert mask[60:200, 40:160].mean() > 0.8


def test_two_legs_stay_together(carpet):
    image = carpet.copy()
    image[40:200, 55:90] = image[40:200, 110:145] = DARK
    mask = segment(image)
    assert mask[50:190, 60:85].mean() > 0.95
    assert mask[50:190, 115:140].mean() > 0.95


def test_garment_that_touches_the_frame_is_kept(carpet):
    image = carpet.copy()
    image[:200, 50:150] = DARK
    mask = segment(image)
    assert mask[:195, 55:145].mean() > 0.95
    assert mask[210:].mean() < 0.05


def test_strokes_teach_the_colors(carpet):
    image = carpet.copy()
    image[40:120, 50:150] = DARK
    image[120:200, 50:150] = RED
    across = ((0.3, 0.65), (0.7, 0.65))
    with_red = segment(image, Stroke(points=across, is_garment=True))
    assert with_red[150:160, 60:140].all()
    without_red = segment(image, Stroke(points=across, is_garment=False))
    assert without_red[130:190, 60:140].mean() < 0.5
    assert without_red[50:110, 60:140].mean() > 0.9


def test_strokes_beyond_the_photo_and_dots_are_drawn(carpet):
    beyond = Stroke(points=((-1.0, -0.5), (-2.0, -0.5)), is_garment=False)
    np.testing.assert_array_equal(segment(carpet, beyond), segment(carpet))
    dot = Stroke(points=((0.5, 0.5),), is_garment=True)
    assert segment(carpet, dot).shape == (HEIGHT, WIDTH)


def test_what_only_a_network_can_tell_from_the_background_is_kept():
    """Garment and background have the same colors, in which GrabCut finds no edge."""
    salient = np.zeros((HEIGHT, WIDTH), dtype=bool)
    salient[80:160, 60:140] = True
    image = np.full((HEIGHT, WIDTH, 3), GREEN, dtype=np.uint8)
    image[:30] = DARK  # so that the background is not plain
    background = fit_background(image)
    assert not background.is_plain
    mask = segment_garment(image, background, find_salient=lambda _: salient)
    assert mask[85:155, 65:135].all()
    assert mask.sum() < 1.2 * salient.sum()
