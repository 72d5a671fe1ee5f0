"""`predict`: pictures from the shell, with the CNN that ships."""

import csv

import pytest
from PIL import Image

from fmnist_core.synthetic.garments import draw_garment_large


@pytest.fixture
def trousers(tmp_path):
    path = tmp_path / "trousers.png"
    Image.fromarray(255 - draw_garment_large(1, 2)).save(path)
    return path


def test_answer_and_runners_up(run_command, trousers):
    answer = run_command("predict", str(trousers))
    assert "Trouser" in answer.out
    (row,) = run_command("predict", str(trousers), "--json").facts["images"]
    assert row["answer"] == "Trouser"
    assert 0.1 < row["confidence"] <= 1


def test_csv_has_a_line_for_every_picture(run_command, trousers, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nothing")
    answer = run_command("predict", str(trousers), str(broken), "--csv")
    rows = list(csv.DictReader(answer.out.splitlines()))
    assert [row["answer"] for row in rows] == ["Trouser", ""]
    assert "cannot be read as an image" in rows[1]["problem"]
    assert answer.status == 0


def test_nothing_readable_is_a_failure(run_command, tmp_path):
    answer = run_command("predict", str(tmp_path / "nothing.png"))
    assert answer.status == 1
    assert "No such file" in answer.out


def test_unknown_run_is_said(run_command, trousers):
    answer = run_command("predict", str(trousers), "--model", "nobody")
    assert answer.status == 2
    assert "No run 'nobody'" in answer.err
