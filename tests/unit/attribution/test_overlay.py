"""Drawing heatmaps: color maps, and overlays at their true size."""

import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core.attribution import overlay
from fmnist_core.attribution.overlay import COLOR_MAPS, EDGE, HeatmapStyle
from fmnist_core.preprocessing.preprocessed import OriginalImage
from fmnist_core.synthetic.garments import draw_garment

IMAGE = draw_garment(0, 3)
CORNER = np.zeros((7, 7), dtype=np.float32)
CORNER[0, 0] = 1


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_color_map_has_many_colors(name):
    table = overlay.color_table(name)
    assert table.shape == (256, 3)
    assert len(np.unique(table, axis=0)) > 200
    assert overlay.css_gradient(name).startswith(
        "linear-gradient(to right,rgb({},{},{})".format(*table[0])
    )


def test_no_opacity_leaves_the_image_and_full_opacity_hides_it():
    plain = overlay.overlay_image(IMAGE, None, HeatmapStyle())
    assert plain.shape == (EDGE, EDGE, 3)
    assert (plain[::12, ::12, 0] == IMAGE).all()
    np.testing.assert_array_equal(
        overlay.overlay_image(IMAGE, CORNER, HeatmapStyle(opacity=0)), plain
    )
    whole = overlay.overlay_image(IMAGE, CORNER, HeatmapStyle(opacity=1, raw_grid=True))
    assert (whole[0, 0] == overlay.color_table("Inferno")[255]).all()
    assert (whole[-1, -1] == overlay.color_table("Inferno")[0]).all()


def test_jpeg_of_an_overlay_looks_the_same():
    drawn = overlay.overlay_image(IMAGE, CORNER, HeatmapStyle())
    with Image.open(io.BytesIO(overlay.encode_jpeg(drawn))) as file:
        assert file.format == "JPEG"
        assert np.abs(np.asarray(file).astype(int) - drawn).mean() < 2


def test_raw_grid_is_drawn_as_blocks():
    blocks = overlay.enlarge(CORNER, raw_grid=True)
    assert set(np.unique(blocks)) == {0, 1}
    assert blocks[:48, :48].all()
    assert blocks.sum() == 48 * 48
    assert len(np.unique(overlay.enlarge(CORNER))) > 100


def test_heatmap_covers_only_the_models_input():
    photo = np.full((100, 200, 3), 180, dtype=np.uint8)
    original = OriginalImage(image=photo, input_box=(0.5, 0.0, 1.0, 1.0))
    over = overlay.overlay_original(
        original, np.ones((7, 7), dtype=np.float32), HeatmapStyle(opacity=1)
    )
    assert over.shape == (100, 112, 3)  # the model's input, and a small margin
    assert (over[:, :12] == 180).all()
    assert (over[:, 12:] == overlay.color_table("Inferno")[255]).all()


def test_photo_is_unchanged_where_the_weight_is_zero():
    photo = np.full((50, 50, 3), 180, dtype=np.uint8)
    original = OriginalImage(image=photo, input_box=(0.0, 0.0, 1.0, 1.0))
    over = overlay.overlay_original(original, CORNER, HeatmapStyle(opacity=1, raw_grid=True))
    assert (over[8:, 8:] == 180).all()
    assert (over[:7, :7] == overlay.color_table("Inferno")[255]).all()


def test_large_photo_is_shrunk():
    original = OriginalImage(image=np.zeros((1000, 2000), dtype=np.uint8), input_box=(0, 0, 1, 1))
    assert overlay.overlay_original(original, CORNER, HeatmapStyle()).shape == (360, 720, 3)


def test_drawing_at_the_edge_of_its_paper_is_extended_to_a_square():
    paper = np.full((300, 300), 255, dtype=np.uint8)
    paper[100:300, 50:250] = 0
    original = OriginalImage(image=paper, input_box=(0.1, 0.3, 0.9, 1.1))
    padded = overlay.pad_around_input(original)
    over = overlay.overlay_original(padded, CORNER, HeatmapStyle())
    assert abs(over.shape[0] - over.shape[1]) <= 2
    assert (padded.image[300:] == 255).all()
    assert (padded.image[:300] == paper).all()


@pytest.mark.parametrize("edge", [7, 28, 64])
def test_resampling_keeps_the_mean(edge):
    rng = np.random.default_rng(0)
    values = rng.uniform(size=(edge, edge)).astype(np.float32)
    resampled = overlay.resample_to_pixels(values)
    assert resampled.shape == (28, 28)
    assert resampled.mean() == pytest.approx(values.mean(), abs=0.02)


def test_png_is_twice_as_large():
    image = Image.open(io.BytesIO(overlay.overlay_png(IMAGE, CORNER, HeatmapStyle())))
    assert image.size == (2 * EDGE, 2 * EDGE)
