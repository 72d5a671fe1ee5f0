"""Marked predictions are counted for every image source, real photos among them."""

import io

import pytest
from PIL import Image

from fmnist_core.bench import ood_limits
from fmnist_core.errors import DataError
from fmnist_core.synthetic.garments import draw_garment_large

pytestmark = pytest.mark.usefixtures("small_test_set")
BOOT = 9


def test_every_source_has_a_row(run_benchmark, tmp_path):
    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(BOOT, 4)).save(file, "PNG")
    (tmp_path / "boot.png").write_bytes(file.getvalue())
    (tmp_path / "labels.csv").write_text(
        "file,garment,accepted\nboot.png,shoes,5|9\nmissing.png,hat,\n"
    )
    result = run_benchmark(ood_limits, str(tmp_path), "--images", "4", "--runs", "cnn-lite")
    rows = result["marked by confidence, percent"]
    titles = ["test images", "outlines", *ood_limits.OTHER_DRAWINGS, "photos"]
    assert [row["images"] for row in rows] == titles
    assert rows[-1]["number"] == 1
    assert rows[-1]["wrong"] == 0
    assert rows[2]["wrong"] == 100  # a digit is none of the ten classes


def test_folder_without_labels_is_refused(run_benchmark, tmp_path):
    with pytest.raises(DataError, match=r"labels\.csv"):
        run_benchmark(ood_limits, str(tmp_path), "--images", "2", "--runs", "cnn-lite")
