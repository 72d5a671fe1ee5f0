"""A folder of photographs is read, preprocessed by every method and counted by garment."""

import cv2
import numpy as np
import pytest
from PIL import Image

from fmnist_core.bench import photographs
from fmnist_core.errors import DataError
from fmnist_core.synthetic.garments import draw_garment_large

TROUSER, BAG = 1, 8


@pytest.fixture
def folder(tmp_path):
    """Photographs of trousers on white, a bag said to be none of the ten, and two broken rows."""
    for name, label in (("pants.png", TROUSER), ("hat.png", BAG)):
        garment = cv2.resize(draw_garment_large(label, 4), (160, 160))
        pixels = 255 - cv2.copyMakeBorder(garment, 40, 40, 60, 60, cv2.BORDER_CONSTANT, value=0)
        Image.fromarray(np.repeat(pixels[..., None], 3, axis=2)).save(tmp_path / name)
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    rows = ["pants.png,pants,1", "hat.png,hat,", "broken.jpg,hat,", "missing.jpg,dress,3"]
    (tmp_path / "labels.csv").write_text("\n".join(["file,garment,accepted", *rows]))
    return tmp_path


def test_every_run_and_method_has_a_row(run_benchmark, folder):
    result = run_benchmark(photographs, str(folder), "--runs", "cnn-lite", "mlp")
    assert (result["photos"], result["photos that cannot be read"]) == (2, 2)
    rows = result["accuracy in percent"]
    assert [(row["run"], row["method"]) for row in rows] == [
        (run, method) for run in ("cnn-lite", "mlp") for method in photographs.METHODS
    ]
    assert rows[0]["clothes"] == rows[0]["pants"] == 100
    assert rows[0]["hat"] == 0
    assert [row["run"] for row in result["marked as not sure, percent"]] == ["cnn-lite", "mlp"]


def test_costs_of_every_method(run_benchmark, folder):
    result = run_benchmark(photographs, str(folder), "--runs", "cnn-lite", "--images", "4")
    costs = result["milliseconds per photo on one core, median, and no garment found, percent"]
    assert [row["method"] for row in costs] == list(photographs.METHODS)
    assert all(row["milliseconds"] > 0 for row in costs)
    assert costs[0]["no garment, clothes"] == 0


def test_labels_hold_the_accepted_classes(folder):
    (folder / "labels.csv").write_text("file,garment,accepted\na.jpg,outwear,2|4\n")
    assert photographs.read_labels(folder)[0].accepted == {2, 4}


@pytest.mark.parametrize("text", ["file,garment\na.jpg,hat\n", "file,accepted\na.jpg,coat\n"])
def test_labels_without_classes_are_refused(folder, text):
    (folder / "labels.csv").write_text(text)
    with pytest.raises(DataError, match=r"labels\.csv"):
        photographs.read_labels(folder)


def test_folder_without_labels_is_refused(run_benchmark, tmp_path):
    with pytest.raises(DataError, match=r"labels\.csv"):
        run_benchmark(photographs, str(tmp_path))
