"""Many pictures at once: each is brought to 28×28 and answered, a few at a time."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fmnist_core.errors import DataError
from fmnist_core.evaluation.metrics import top
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.preprocessing import image_io, photo
from fmnist_core.preprocessing.zip_uploads import UploadedPicture

if TYPE_CHECKING:
    from fmnist_core.serving.predictor import PredictionBatch

AT_ONCE = 32
THUMBNAIL = 64
COLUMNS = ("image", "answer", "confidence", "second", "third", "unfamiliar", "problem")
"""Of the table that is downloaded."""


@dataclass(frozen=True, kw_only=True)
class BatchPrediction:
    """One picture with a model's answer, or with the reason why there is none."""

    name: str
    thumbnail: np.ndarray | None = None
    """The picture itself, small: RGB uint8."""
    image: np.ndarray | None = None
    """What the model saw, uint8 [28, 28]."""
    top: tuple[tuple[int, float], ...] = ()
    """The three likeliest classes with their probabilities."""
    unfamiliar: bool = False
    problem: str = ""

    def facts(self) -> dict[str, Any]:
        """For a table, under `COLUMNS`."""
        if self.problem:
            return {**dict.fromkeys(COLUMNS), "image": self.name, "problem": self.problem}
        (first, confidence), *others = self.top
        second, third = (f"{CLASSES[label]} {share:.1%}" for label, share in others)
        return {
            "image": self.name,
            "answer": CLASSES[first],
            "confidence": round(confidence, 4),
            "second": second,
            "third": third,
            "unfamiliar": self.unfamiliar,
            "problem": "",
        }


def predict_batch(
    members: Sequence[UploadedPicture], answer: Callable[[np.ndarray], "PredictionBatch"]
) -> Iterator[list[BatchPrediction]]:
    """All of them in their order, in parts; `answer` is asked with images uint8 [N, 28, 28]."""
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for start in range(0, len(members), AT_ONCE):
            prepared = list(pool.map(_prepared, members[start : start + AT_ONCE]))
            yield _answered(prepared, answer)


def _prepared(member: UploadedPicture) -> BatchPrediction:
    try:
        picture = image_io.read(member.contents(), name=member.name)
        image = photo.preprocess_photo(picture).image
    except DataError as error:
        problem = str(error)
        named = problem if member.name in problem else f"{member.name}: {problem}"
        return BatchPrediction(name=member.name, problem=named)
    return BatchPrediction(
        name=member.name, thumbnail=photo.within(picture, THUMBNAIL), image=image
    )


def _answered(
    prepared: Sequence[BatchPrediction], answer: Callable[[np.ndarray], "PredictionBatch"]
) -> list[BatchPrediction]:
    images = [each.image for each in prepared if each.image is not None]
    if not images:
        return list(prepared)
    answers = answer(np.stack(images))
    said = iter(zip(answers.probabilities, answers.unfamiliar, strict=True))
    return [each if each.image is None else _with_answer(each, *next(said)) for each in prepared]


def _with_answer(
    each: BatchPrediction, probabilities: np.ndarray, unfamiliar: bool
) -> BatchPrediction:
    return replace(each, top=tuple(top(probabilities)), unfamiliar=bool(unfamiliar))
