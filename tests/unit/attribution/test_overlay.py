"""From weights to pictures: colours, overlays at their true size, and downloads."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core.attribution import overlay
from fmnist_core.attribution.heatmap import Heatmap
from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.overlay import COLOR_MAPS, EDGE, HeatmapStyle
from fmnist_core.explain_page import compute, downloads, heatmap_cards
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.preprocessing.preprocessed import Original, Preprocessed
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.training.recipe import Recipe

IMAGE = draw_garment(0, 3)
CORNER = np.zeros((7, 7), dtype=np.float32)
CORNER[0, 0] = 1


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_colour_map_goes_from_dark_to_another_colour(name):
    table = overlay.color_table(name)
    assert table.shape == (256, 3)
    assert len(np.unique(table, axis=0)) > 200
    assert overlay.css_gradient(name).startswith(
        "linear-gradient(to right,rgb({},{},{})".format(*table[0])
    )


def test_no_strength_leaves_the_image_and_full_strength_hides_it():
    plain = overlay.overlay_image(IMAGE, None, HeatmapStyle())
    assert plain.shape == (EDGE, EDGE, 3)
    assert (plain[::12, ::12, 0] == IMAGE).all()
    np.testing.assert_array_equal(
        overlay.overlay_image(IMAGE, CORNER, HeatmapStyle(strength=0)), plain
    )
    whole = overlay.overlay_image(IMAGE, CORNER, HeatmapStyle(strength=1, blocks=True))
    assert (whole[0, 0] == overlay.color_table("Inferno")[255]).all()
    assert (whole[-1, -1] == overlay.color_table("Inferno")[0]).all()


def test_blocks_show_the_real_grid_and_smooth_hides_it():
    blocks = overlay.enlarge(CORNER, blocks=True)
    assert set(np.unique(blocks)) == {0, 1}
    assert blocks[:48, :48].all()
    assert blocks.sum() == 48 * 48
    assert len(np.unique(overlay.enlarge(CORNER))) > 100


def test_map_lies_where_the_garment_lay_and_nowhere_else():
    picture = np.full((100, 200, 3), 180, dtype=np.uint8)
    original = Original(image=picture, input_box=(0.5, 0.0, 1.0, 1.0))
    over = overlay.overlay_original(
        original, np.ones((7, 7), dtype=np.float32), HeatmapStyle(strength=1)
    )
    assert over.shape == (100, 112, 3)  # what the model saw, and a little around it
    assert (over[:, :12] == 180).all()
    assert (over[:, 12:] == overlay.color_table("Inferno")[255]).all()


def test_where_nothing_weighs_the_photograph_stays_as_it_is():
    picture = np.full((50, 50, 3), 180, dtype=np.uint8)
    original = Original(image=picture, input_box=(0.0, 0.0, 1.0, 1.0))
    over = overlay.overlay_original(original, CORNER, HeatmapStyle(strength=1, blocks=True))
    assert (over[8:, 8:] == 180).all()
    assert (over[:7, :7] == overlay.color_table("Inferno")[255]).all()


def test_large_photograph_is_shown_smaller():
    original = Original(image=np.zeros((1000, 2000), dtype=np.uint8), input_box=(0, 0, 1, 1))
    assert overlay.overlay_original(original, CORNER, HeatmapStyle()).shape == (360, 720, 3)


@pytest.mark.parametrize("edge", [7, 28, 64])
def test_weights_by_pixel_keep_their_mean(edge):
    rng = np.random.default_rng(0)
    values = rng.uniform(size=(edge, edge)).astype(np.float32)
    found = overlay.resample_to_pixels(values)
    assert found.shape == (28, 28)
    assert found.mean() == pytest.approx(values.mean(), abs=0.02)


@pytest.fixture
def question(tmp_path):
    original = Original(image=np.full((40, 80, 3), 99, dtype=np.uint8), input_box=(0, 0, 1, 1))
    prepared = Preprocessed(image=IMAGE, steps=(), inverted=False, original=original)
    row = RunSummary(
        run=Run(tmp_path / "a"), state="finished", name="=A", recipe=Recipe(model="cnn")
    )
    return ExplainRequest(
        models={"=A": row},
        given=InputImage(name="x", preprocessed=prepared),
        said={"=A": Prediction(name="=A", probabilities=np.eye(10)[3])},
        methods=[METHODS["gradcam"]],
    )


def shown(question, *, problem=None):
    row = question.models["=A"]
    asked = compute.HeatmapKey(
        run=row.run, written=0, image=IMAGE.tobytes(), method=METHODS["gradcam"], label=3, against=4
    )
    values = overlay.enlarge(CORNER, 28)
    heatmap = Heatmap(grid=CORNER, values=values, layer=None, problem=problem)
    return compute.Explanation(
        model="=A", row=row, method=METHODS["gradcam"], asked=asked, heatmap=heatmap,
        problem=problem,
    )  # fmt: skip


def test_picture_has_every_map_at_twice_the_size(question):
    one = Image.open(io.BytesIO(downloads.picture([shown(question)], question)))
    assert one.size[0] > 2 * 2 * EDGE  # over the pixels, and over the original
    assert one.size[1] > 2 * EDGE
    single = Image.open(io.BytesIO(overlay.overlay_png(IMAGE, CORNER, HeatmapStyle())))
    assert single.size == (2 * EDGE, 2 * EDGE)


def test_numbers_have_a_row_for_every_pixel(question):
    rows = list(csv.DictReader(downloads.numbers([shown(question)], HeatmapStyle()).splitlines()))
    assert len(rows) == 784
    assert rows[0]["class"] == "Dress"
    assert rows[0]["against"] == "Coat"
    assert rows[0]["model"] == "'=A"  # no formula in a spreadsheet
    assert float(rows[0]["weight"]) == pytest.approx(1)
    assert float(rows[-1]["weight"]) == 0


def test_numbers_are_what_is_drawn(question):
    text = downloads.numbers([shown(question)], HeatmapStyle(blocks=True))
    rows = list(csv.DictReader(text.splitlines()))
    assert [float(row["weight"]) for row in rows] == CORNER.ravel().tolist()


def test_empty_map_is_told_not_drawn(question):
    empty = shown(question, problem="Nothing <here>.")
    card = heatmap_cards.maps([empty], question)
    assert "Nothing &lt;here&gt;." in card
    assert card.count("<img") == 1
    assert downloads.numbers([empty], HeatmapStyle()).count("\n") == 1
    whole = Image.open(io.BytesIO(downloads.picture([empty], question)))
    assert whole.size[0] < 2 * 2 * EDGE
