"""Downloads: a sheet of all heatmaps, and their weights as CSV."""

import csv
import io

import pytest
from PIL import Image

from fmnist_core.attribution.overlay import EDGE, HeatmapStyle
from fmnist_core.explain_page import heatmap_export


def sheet_size(explanations, request):
    return Image.open(io.BytesIO(heatmap_export.encode_sheet(explanations, request))).size


def test_sheet_has_every_heatmap_at_twice_the_size(request_one, explain):
    width, height = sheet_size([explain()], request_one)
    assert width > 2 * 2 * EDGE  # over the input, and over the original
    assert height > 2 * EDGE


def test_empty_heatmap_is_one_tile_and_has_no_weights(request_one, explain):
    empty = explain(problem="Nothing here.")
    width, _ = sheet_size([empty], request_one)
    assert width < 2 * 2 * EDGE
    assert heatmap_export.weights_csv([empty], HeatmapStyle()).count("\n") == 1


def test_csv_has_a_row_for_every_pixel(explain):
    text = heatmap_export.weights_csv([explain()], HeatmapStyle())
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 784
    assert rows[0]["class"] == "Dress"
    assert rows[0]["against"] == "Coat"
    assert rows[0]["model"] == "'=A"  # no formula in a spreadsheet
    assert float(rows[0]["weight"]) == pytest.approx(1)
    assert float(rows[-1]["weight"]) == 0


def test_csv_has_the_weights_that_are_drawn(explain, corner):
    text = heatmap_export.weights_csv([explain()], HeatmapStyle(raw_grid=True))
    rows = list(csv.DictReader(text.splitlines()))
    assert [float(row["weight"]) for row in rows] == corner.ravel().tolist()
