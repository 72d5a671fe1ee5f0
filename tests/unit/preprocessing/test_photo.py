"""Photographs of a made garment, whose place and tones are known, on every ground."""

import numpy as np
import pytest

from fmnist_core.bench.synthetic_photos import KINDS, photograph
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io, photo
from fmnist_core.preprocessing.photo import PhotoAdjustments
from fmnist_core.preprocessing.segmentation import fit_background, segment_garment
from fmnist_core.synthetic.garments import draw_garment

HEIGHT, WIDTH = 240, 320


def sheet(ground: tuple[int, int, int], garment: tuple[int, int, int]) -> np.ndarray:
    """A block of 100×60 pixels, off centre, on paper."""
    picture = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    picture[:] = ground
    picture[90:190, 200:260] = garment
    return picture


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", [0, 1, 8])
def test_garment_is_found_on_every_ground(kind, label):
    original = draw_garment(label, 5)
    contents = photograph(original, kind, np.random.default_rng(label))
    image = photo.preprocess_photo(image_io.decode_image(contents, name="photo")).image
    assert image.shape == (28, 28)
    assert np.corrcoef(image.ravel(), original.ravel())[0, 1] > 0.55


@pytest.mark.parametrize(
    ("ground", "garment", "inverted"),
    [
        ((250, 250, 250), (40, 40, 60), True),
        ((200, 215, 235), (120, 20, 30), True),
        ((30, 30, 40), (230, 225, 210), False),
    ],
)
def test_place_size_and_polarity(ground, garment, inverted):
    prepared = photo.preprocess_photo(sheet(ground, garment))
    assert prepared.inverted is inverted
    rows, columns = np.nonzero(prepared.image > 128)
    assert (rows.min(), rows.max()) == (0, 27)
    assert columns.max() - columns.min() + 1 == pytest.approx(28 * 60 / 100, abs=1)
    assert (columns.max() + columns.min()) / 2 == pytest.approx(13.5, abs=1)
    assert prepared.image[13, 13] > 200
    assert prepared.image[13, 0] < 20


def test_uneven_light_is_evened_out():
    light = np.linspace(0.6, 1, WIDTH)[None, :, None]
    lit = (sheet((250, 250, 250), (40, 40, 60)) * light).astype(np.uint8)
    assert segment_garment(lit, fit_background(lit))[90:190, 200:260].mean() > 0.98
    assert photo.preprocess_photo(lit).image[:, :3].max() < 20


def test_steps_lead_from_the_photo_to_what_models_see():
    prepared = photo.preprocess_photo(sheet((250, 250, 250), (40, 40, 60)))
    assert [step.title for step in prepared.steps] == [
        "Photo",
        "Garment",
        "On paper",
        "Reduced",
        "Sharpened",
        "Extended",
        "Negated",
    ]
    assert (prepared.steps[-1].image == prepared.image).all()
    assert all(step.image.dtype == np.uint8 for step in prepared.steps)


def test_white_on_white_is_warned_of():
    prepared = photo.preprocess_photo(sheet((253, 253, 253), (232, 232, 232)))
    assert prepared.warning is not None
    assert "left them out" in prepared.warning
    assert photo.preprocess_photo(sheet((253, 253, 253), (90, 90, 90))).warning is None


def test_one_colour_holds_no_garment():
    with pytest.raises(DataError, match="No garment stands out"):
        photo.preprocess_photo(np.full((50, 50, 3), 90, dtype=np.uint8))


def test_hand_overrides_what_was_chosen():
    picture = sheet((30, 30, 40), (230, 225, 210))
    assert photo.preprocess_photo(picture, PhotoAdjustments(inverted=True)).inverted
    with pytest.raises(DataError, match="No garment stands out"):
        photo.preprocess_photo(picture, PhotoAdjustments(threshold=500.0))


def test_crop_by_hand_looks_at_that_part_alone():
    picture = sheet((250, 250, 250), (40, 40, 60))
    picture[20:80, 20:100] = (20, 120, 30)
    whole = photo.preprocess_photo(picture)
    part = photo.preprocess_photo(picture, PhotoAdjustments(crop=(0.5, 0.3, 1, 1)))
    assert part.steps[0].image.shape == (HEIGHT - 72, WIDTH // 2, 3)
    assert not np.array_equal(whole.image, part.image)
    np.testing.assert_array_equal(part.image, photo.preprocess_photo(picture[72:, 160:]).image)


def test_crop_that_leaves_next_to_nothing_is_refused():
    picture = sheet((250, 250, 250), (40, 40, 60))
    with pytest.raises(DataError, match=r"leaves 160×7 pixels; leave at least 8"):
        photo.preprocess_photo(picture, PhotoAdjustments(crop=(0, 0.5, 0.5, 0.53)))


@pytest.mark.parametrize("label", range(10))
def test_image_of_the_data_sets_own_form_stays_as_it_is(label):
    image = draw_garment(label, 3)
    coloured = np.repeat(image[..., None], 3, axis=2)
    np.testing.assert_array_equal(photo.preprocess_photo(coloured).image, image)
    negative = photo.preprocess_photo(255 - coloured)
    np.testing.assert_array_equal(negative.image, image)
    assert negative.inverted
    assert not photo.preprocess_photo(255 - coloured, PhotoAdjustments(inverted=False)).inverted


@pytest.mark.parametrize("size", [(8, 1152), (1600, 8), (10, 1600)])
def test_narrow_picture_is_told(size):
    with pytest.raises(DataError, match="too narrow"):
        photo.preprocess_photo(np.full((*size, 3), 255, dtype=np.uint8))


def test_thumbnail_goes_the_authors_way_and_a_photograph_is_averaged():
    small = np.full((60, 80, 3), 250, dtype=np.uint8)
    small[10:50, 20:40] = 30
    titles = [step.title for step in photo.preprocess_photo(small).steps]
    assert "Subsampled" in titles
    large = [
        step.title for step in photo.preprocess_photo(sheet((250, 250, 250), (40, 40, 60))).steps
    ]
    assert "Reduced" in large
