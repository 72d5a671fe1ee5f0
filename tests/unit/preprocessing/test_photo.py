"""Photos of synthetic garments, whose position and tones are known, on every background."""

import numpy as np
import pytest

from fmnist_core.bench.synthetic_photos import KINDS, make_photo
from fmnist_core.errors import DataError
from fmnist_core.preprocessing import image_io, photo
from fmnist_core.preprocessing.background import fit_background
from fmnist_core.preprocessing.photo_adjustments import PhotoAdjustments, Stroke
from fmnist_core.preprocessing.segmentation import segment_garment
from fmnist_core.synthetic.garments import draw_garment

HEIGHT, WIDTH = 240, 320


def make_block(background: tuple[int, int, int], garment: tuple[int, int, int]) -> np.ndarray:
    """A block of 100×60 pixels, off center, on a plain background."""
    image = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    image[:] = background
    image[90:190, 200:260] = garment
    return image


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("label", [0, 1, 8])
def test_garment_is_segmented_on_every_background(kind, label):
    original = draw_garment(label, 5)
    contents = make_photo(original, kind, np.random.default_rng(label))
    image = photo.preprocess_photo(image_io.decode_image(contents, name="photo")).image
    assert image.shape == (28, 28)
    assert np.corrcoef(image.ravel(), original.ravel())[0, 1] > 0.55


@pytest.mark.parametrize(
    ("background", "garment", "inverted"),
    [
        ((250, 250, 250), (40, 40, 60), True),
        ((200, 215, 235), (120, 20, 30), True),
        ((30, 30, 40), (230, 225, 210), False),
    ],
)
def test_position_size_and_inversion(background, garment, inverted):
    preprocessed = photo.preprocess_photo(make_block(background, garment))
    assert preprocessed.inverted is inverted
    rows, columns = np.nonzero(preprocessed.image > 128)
    assert (rows.min(), rows.max()) == (0, 27)
    assert columns.max() - columns.min() + 1 == pytest.approx(28 * 60 / 100, abs=1)
    assert (columns.max() + columns.min()) / 2 == pytest.approx(13.5, abs=1)
    assert preprocessed.image[13, 13] > 200
    assert preprocessed.image[13, 0] < 20


def test_uneven_lighting_is_removed():
    light = np.linspace(0.6, 1, WIDTH)[None, :, None]
    lit = (make_block((250, 250, 250), (40, 40, 60)) * light).astype(np.uint8)
    assert segment_garment(lit, fit_background(lit))[90:190, 200:260].mean() > 0.98
    assert photo.preprocess_photo(lit).image[:, :3].max() < 20


def test_steps_lead_from_the_photo_to_the_input_image():
    preprocessed = photo.preprocess_photo(make_block((250, 250, 250), (40, 40, 60)))
    assert [step.title for step in preprocessed.steps] == [
        "Photo",
        "Garment",
        "White background",
        "Shrunk to 28 px",
        "Sharpened",
        "Centered",
        "Inverted",
    ]
    assert (preprocessed.steps[-1].image == preprocessed.image).all()
    assert all(step.image.dtype == np.uint8 for step in preprocessed.steps)


def test_white_on_white_gives_a_warning():
    preprocessed = photo.preprocess_photo(make_block((253, 253, 253), (232, 232, 232)))
    assert preprocessed.warning is not None
    assert "left them out" in preprocessed.warning
    assert photo.preprocess_photo(make_block((253, 253, 253), (90, 90, 90))).warning is None


def test_photo_without_a_garment_is_used_whole():
    preprocessed = photo.preprocess_photo(np.full((50, 50, 3), 90, dtype=np.uint8))
    assert not preprocessed.found_garment
    assert preprocessed.warning is not None
    assert preprocessed.original.mask.all()
    assert np.ptp(preprocessed.image) == 0
    assert 150 < preprocessed.image[0, 0] < 180
    assert photo.preprocess_photo(make_block((250, 250, 250), (40, 40, 60))).found_garment


def test_inversion_can_be_chosen():
    image = make_block((30, 30, 40), (230, 225, 210))
    assert not photo.preprocess_photo(image).inverted
    assert photo.preprocess_photo(image, PhotoAdjustments(inverted=True)).inverted


def make_two_blocks() -> np.ndarray:
    image = make_block((250, 250, 250), (40, 40, 60))
    image[20:80, 20:100] = (20, 120, 30)
    return image


def test_only_what_is_in_the_box_is_garment():
    box = (0.5, 0.3, 0.95, 0.9)
    preprocessed = photo.preprocess_photo(make_two_blocks(), PhotoAdjustments(box=box))
    mask = preprocessed.original.mask
    assert mask[95:185, 205:255].all()
    assert not mask[:, :150].any()


def test_strokes_add_to_the_garment_and_take_from_it():
    image = make_two_blocks()
    for is_garment in (True, False):
        stroke = Stroke(points=((30 / WIDTH, 50 / HEIGHT), (90 / WIDTH, 50 / HEIGHT)),
                        is_garment=is_garment)  # fmt: skip
        mask = photo.preprocess_photo(image, PhotoAdjustments(strokes=(stroke,))).original.mask
        assert mask[50, 40:80].all() == is_garment
        assert mask[100:180, 210:250].all()


@pytest.mark.parametrize("label", range(10))
def test_image_in_the_format_of_the_data_set_is_kept(label):
    image = draw_garment(label, 3)
    rgb = np.repeat(image[..., None], 3, axis=2)
    np.testing.assert_array_equal(photo.preprocess_photo(rgb).image, image)
    negative = photo.preprocess_photo(255 - rgb)
    np.testing.assert_array_equal(negative.image, image)
    assert negative.inverted
    assert not photo.preprocess_photo(255 - rgb, PhotoAdjustments(inverted=False)).inverted


@pytest.mark.parametrize("size", [(8, 1152), (1600, 8), (10, 1600), (8, 8)])
def test_narrow_photo_is_not_refused(size):
    image = np.full((*size, 3), 255, dtype=np.uint8)
    image[2:6, 2:6] = 0
    assert photo.preprocess_photo(image).image.shape == (28, 28)


def test_photo_below_the_minimum_is_refused():
    with pytest.raises(DataError, match="at least 8"):
        photo.preprocess_photo(np.full((7, 100, 3), 255, dtype=np.uint8))


def test_thumbnail_is_subsampled_and_a_photo_is_averaged():
    small = np.full((60, 80, 3), 250, dtype=np.uint8)
    small[10:50, 20:40] = 30
    titles = [step.title for step in photo.preprocess_photo(small).steps]
    assert "Subsampled" in titles
    large = [
        step.title
        for step in photo.preprocess_photo(make_block((250, 250, 250), (40, 40, 60))).steps
    ]
    assert "Shrunk to 28 px" in large
