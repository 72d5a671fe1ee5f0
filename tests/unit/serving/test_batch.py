"""Many pictures: each with its own answer or its own problem, in their order."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core import csv_export
from fmnist_core.preprocessing.zip_uploads import UploadedPicture
from fmnist_core.serving import batch
from fmnist_core.serving.predictor import PredictionBatch
from fmnist_core.synthetic.garments import draw_garment_large


def picture(label, seed=1):
    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(label, seed)).save(file, "PNG")
    return file.getvalue()


def member(name, contents):
    return UploadedPicture(name=name, read=lambda: contents)


@pytest.fixture
def asked():
    """How many images each question had; the answer is the row of the brightest pixel, modulo."""
    return []


@pytest.fixture
def answer(asked):
    def say(images):
        asked.append(len(images))
        probabilities = np.full((len(images), 10), 0.02)
        probabilities[np.arange(len(images)), images.sum(axis=(1, 2)) % 10] = 0.8
        distances = np.arange(len(images), dtype=float)
        return PredictionBatch(
            probabilities=probabilities, ood_scores=distances, ood_threshold=1.5, seconds=0.1
        )

    return say


def test_each_has_its_own_answer_in_order(answer, asked):
    handed_in = [member(f"{number}.png", picture(number % 10)) for number in range(40)]
    handed_in[7] = member("broken.png", b"nothing")
    parts = list(batch.predict_batch(handed_in, answer))
    rows = [row for part in parts for row in part]
    assert [row.name for row in rows] == [each.name for each in handed_in]
    assert asked == [batch.BATCH_SIZE - 1, 40 - batch.BATCH_SIZE]
    for row in rows:
        if row.error:
            assert row.name == "broken.png"
        else:
            assert row.top[0] == (int(row.image.sum()) % 10, 0.8)
            assert max(row.thumbnail.shape[:2]) == batch.THUMBNAIL_SIZE
    assert [row.is_ood for row in rows[:3]] == [False, False, True]


def test_nothing_usable_asks_nobody(answer, asked):
    (row,) = next(batch.predict_batch([member("a.png", b"")], answer))
    assert "cannot be read as an image" in row.error
    assert asked == []


def test_table_for_download(answer):
    handed_in = [member("платье, 1.png", picture(3)), member("b.png", b"")]
    rows = [row.as_row() for part in batch.predict_batch(handed_in, answer) for row in part]
    read = list(csv.DictReader(io.StringIO(csv_export.rows_to_csv(rows, batch.COLUMNS))))
    assert [row["image"] for row in read] == ["платье, 1.png", "b.png"]
    assert float(read[0]["confidence"]) == pytest.approx(0.8)
    assert read[0]["second"].endswith("2.0%")
    assert read[1]["answer"] == ""
    assert "cannot be read" in read[1]["problem"]
