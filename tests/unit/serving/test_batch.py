"""Batch prediction: one prediction or error per image, in order."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

from fmnist_core import csv_export
from fmnist_core.preprocessing.zip_uploads import UploadedPicture
from fmnist_core.serving import batch
from fmnist_core.serving.ood_limits import MIN_CONFIDENCE
from fmnist_core.serving.predictor import PredictionBatch
from fmnist_core.synthetic.garments import draw_garment_large


def png(label, seed=1):
    file = io.BytesIO()
    Image.fromarray(255 - draw_garment_large(label, seed)).save(file, "PNG")
    return file.getvalue()


def upload(name, contents):
    return UploadedPicture(name=name, read=lambda: contents)


@pytest.fixture
def batch_sizes():
    """Number of images in each call of `predict`."""
    return []


@pytest.fixture
def predict(batch_sizes):
    """A model that predicts the sum of an image's pixels, modulo 10."""

    def predict(images):
        batch_sizes.append(len(images))
        probabilities = np.full((len(images), 10), 0.02)
        probabilities[np.arange(len(images)), images.sum(axis=(1, 2)) % 10] = 0.8
        scores = np.arange(len(images), dtype=float)
        return PredictionBatch(
            probabilities=probabilities, ood_scores=scores, ood_threshold=1.5, seconds=0.1
        )

    return predict


def test_each_image_has_its_own_prediction_in_order(predict, batch_sizes):
    uploads = [upload(f"{number}.png", png(number % 10)) for number in range(40)]
    uploads[7] = upload("broken.png", b"nothing")
    parts = list(batch.predict_batch(uploads, predict))
    predictions = [prediction for part in parts for prediction in part]
    assert [prediction.name for prediction in predictions] == [item.name for item in uploads]
    assert batch_sizes == [batch.BATCH_SIZE - 1, 40 - batch.BATCH_SIZE]
    for prediction in predictions:
        if prediction.error:
            assert prediction.name == "broken.png"
        else:
            assert prediction.top[0] == (int(prediction.image.sum()) % 10, 0.8)
            assert max(prediction.thumbnail.shape[:2]) == batch.THUMBNAIL_SIZE
    assert [prediction.is_ood for prediction in predictions[:3]] == [False, False, True]


def test_unsure_goes_by_confidence_at_the_limit_of_photos_and_ood_by_distance():
    limit = MIN_CONFIDENCE["photo"]

    def predict(images):
        probabilities = np.full((len(images), 10), 0.01)
        probabilities[:, 3] = limit - 0.01, limit + 0.01
        return PredictionBatch(
            probabilities=probabilities, ood_scores=np.array([1, 2]), ood_threshold=1.5, seconds=0.1
        )

    uploads = [upload("a.png", png(3)), upload("b.png", png(4))]
    predictions = next(batch.predict_batch(uploads, predict))
    assert [prediction.is_unsure for prediction in predictions] == [True, False]
    assert [prediction.is_ood for prediction in predictions] == [False, True]
    rows = [prediction.as_row() for prediction in predictions]
    assert [(row["unfamiliar"], row["not_sure"]) for row in rows] == [(False, True), (True, False)]
    assert list(rows[0]) == list(batch.COLUMNS)


def test_without_a_readable_image_the_model_is_not_run(predict, batch_sizes):
    (prediction,) = next(batch.predict_batch([upload("a.png", b"")], predict))
    assert "cannot be read as an image" in prediction.error
    assert batch_sizes == []


def test_csv_of_the_predictions(predict):
    uploads = [upload("платье, 1.png", png(3)), upload("b.png", b"")]
    parts = batch.predict_batch(uploads, predict)
    rows = [prediction.as_row() for part in parts for prediction in part]
    text = csv_export.rows_to_csv(rows, batch.COLUMNS)
    first, second = csv.DictReader(io.StringIO(text))
    assert [first["image"], second["image"]] == ["платье, 1.png", "b.png"]
    assert float(first["confidence"]) == pytest.approx(0.8)
    assert first["second"].endswith("2.0%")
    assert second["answer"] == ""
    assert "cannot be read" in second["problem"]
