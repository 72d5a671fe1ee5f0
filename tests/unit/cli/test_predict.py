"""`predict`: classify images with the example CNN."""

import csv

import numpy as np
import pytest
from PIL import Image

from fmnist_core.serving import ood_limits
from fmnist_core.synthetic.garments import draw_garment_large


@pytest.fixture
def trousers(tmp_path):
    path = tmp_path / "trousers.png"
    Image.fromarray(255 - draw_garment_large(1, 2)).save(path)
    return path


def test_prediction_is_printed(run_command, trousers):
    result = run_command("predict", str(trousers))
    assert "Trouser" in result.out
    (row,) = run_command("predict", str(trousers), "--json").facts["images"]
    assert row["answer"] == "Trouser"
    assert 0.1 < row["confidence"] <= 1


@pytest.fixture
def bag_and_trousers(tmp_path):
    """A photo of a bag, with trousers on its right."""
    garments = [255 - draw_garment_large(label, 2) for label in (8, 1)]
    path = tmp_path / "both.png"
    Image.fromarray(np.hstack(garments)).save(path)
    return path


@pytest.mark.parametrize(("box", "answer"), [("0,0,50%,100%", "Bag"), ("0.5,0,1,1", "Trouser")])
def test_box_says_where_the_garment_is(run_command, bag_and_trousers, box, answer):
    (row,) = run_command("predict", str(bag_and_trousers), "--box", box, "--json").facts["images"]
    assert row["answer"] == answer


def test_impossible_box_is_an_error(run_command, trousers):
    result = run_command("predict", str(trousers), "--box", "1,0,0,1")
    assert result.status == 2
    assert "left must be less than right" in result.err


@pytest.mark.parametrize("limit", [0, 1.1])
def test_text_marks_what_the_pages_mark(run_command, trousers, monkeypatch, limit):
    monkeypatch.setattr(ood_limits, "MIN_CONFIDENCE", {"photo": limit})
    shown = run_command("predict", str(trousers)).out
    (row,) = run_command("predict", str(trousers), "--json").facts["images"]
    assert (ood_limits.UNSURE_LABEL in shown) is row["not_sure"] is (limit > 1)


def test_csv_has_a_line_for_every_image(run_command, trousers, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    result = run_command("predict", str(trousers), str(broken), "--csv")
    rows = list(csv.DictReader(result.out.splitlines()))
    assert [row["answer"] for row in rows] == ["Trouser", ""]
    assert "cannot be read as an image" in rows[1]["problem"]
    assert result.status == 0


def test_no_readable_image_is_a_failure(run_command, tmp_path):
    result = run_command("predict", str(tmp_path / "nothing.png"))
    assert result.status == 1
    assert "No such file" in result.out


def test_unknown_run_is_an_error(run_command, trousers):
    result = run_command("predict", str(trousers), "--model", "nobody")
    assert result.status == 2
    assert "No run 'nobody'" in result.err
