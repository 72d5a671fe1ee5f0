"""Predict many uploaded images: preprocess each photo to 28×28, then predict a few at a time."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.evaluation.metrics import top_classes
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.preprocessing import image_io, photo
from fmnist_core.preprocessing.photo_adjustments import NO_ADJUSTMENTS, PhotoAdjustments
from fmnist_core.preprocessing.zip_uploads import UploadedPicture
from fmnist_core.serving import ood_limits
from fmnist_core.serving.photo_preprocessing import preprocess_photo

if TYPE_CHECKING:
    from fmnist_core.serving.predictor import PredictionBatch

BATCH_SIZE = 32
THUMBNAIL_SIZE = 64
COLUMNS = (
    "image", "answer", "confidence", "second", "third", "unfamiliar", "problem", "not_sure",
)  # fmt: skip
"""Columns of the downloaded CSV and keys of `predict --json`.

`unfamiliar` is the distance in feature space (`PredictionBatch.is_ood`), `not_sure` the mark of the
pages (`ood_limits`); they are independent of each other.
"""


@dataclass(frozen=True, kw_only=True)
class UploadPrediction:
    """One uploaded image with a model's prediction, or with the error that prevented it."""

    name: str
    thumbnail: np.ndarray | None = None
    """The uploaded image, reduced: RGB uint8."""
    image: np.ndarray | None = None
    """The model's input, uint8 [28, 28]."""
    top: tuple[tuple[int, float], ...] = ()
    """The three most probable classes with their probabilities."""
    is_ood: bool = False
    """Whether the image is far from the training images (`PredictionBatch.is_ood`)."""
    is_unsure: bool = False
    """Whether the prediction is marked as not sure (`ood_limits`)."""
    error: str = ""

    def as_row(self) -> dict[str, Any]:
        """The prediction as a table row with `COLUMNS`."""
        if self.error:
            return {**dict.fromkeys(COLUMNS), "image": self.name, "problem": self.error}
        (predicted, confidence), *others = self.top
        second, third = (f"{CLASSES[label]} {probability:.1%}" for label, probability in others)
        return {
            "image": self.name,
            "answer": CLASSES[predicted],
            "confidence": round(confidence, 4),
            "second": second,
            "third": third,
            "unfamiliar": self.is_ood,
            "problem": "",
            "not_sure": self.is_unsure,
        }


def predict_batch(
    uploads: Sequence[UploadedPicture],
    predict: Callable[[np.ndarray], "PredictionBatch"],
    *,
    adjustments: PhotoAdjustments = NO_ADJUSTMENTS,
) -> Iterator[list[UploadPrediction]]:
    """Yield predictions in the order of `uploads`, `BATCH_SIZE` at a time.

    `predict` receives images uint8 [N, 28, 28]; `adjustments` hold for every image.
    """
    preprocess = partial(_preprocess, adjustments=adjustments)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for start in range(0, len(uploads), BATCH_SIZE):
            preprocessed = list(pool.map(preprocess, uploads[start : start + BATCH_SIZE]))
            yield _predict(preprocessed, predict)


def _preprocess(upload: UploadedPicture, *, adjustments: PhotoAdjustments) -> UploadPrediction:
    try:
        pixels = image_io.decode_image(upload.read(), name=upload.name)
        image = preprocess_photo(pixels, adjustments).image
    except DataError as error:
        message = str(error)
        if upload.name not in message:
            message = f"{upload.name}: {message}"
        return UploadPrediction(name=upload.name, error=message)
    thumbnail = photo.shrink_to_edge(pixels, THUMBNAIL_SIZE)
    return UploadPrediction(name=upload.name, thumbnail=thumbnail, image=image)


def _predict(
    preprocessed: Sequence[UploadPrediction],
    predict: Callable[[np.ndarray], "PredictionBatch"],
) -> list[UploadPrediction]:
    images = [item.image for item in preprocessed if item.image is not None]
    if not images:
        return list(preprocessed)
    batch = predict(np.stack(images))
    is_unsure = ood_limits.is_unsure(batch.probabilities, "photo")
    outputs = iter(zip(batch.probabilities, batch.is_ood, is_unsure, strict=True))
    return [
        item if item.image is None else _with_prediction(item, *next(outputs))
        for item in preprocessed
    ]


def _with_prediction(
    item: UploadPrediction, probabilities: np.ndarray, is_ood: bool, is_unsure: bool
) -> UploadPrediction:
    top = tuple(top_classes(probabilities))
    return replace(item, top=top, is_ood=bool(is_ood), is_unsure=bool(is_unsure))
