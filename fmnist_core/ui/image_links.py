"""Links to a test image on another page, with the models that are asked about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fmnist_core.data import datasets
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey

MODELS, TEST, DATA, VIEW, CELL = "models", "test", "data", "view", "cell"


@dataclass(frozen=True, kw_only=True)
class LinkedImage:
    """What a link asks for."""

    models: tuple[str, ...] | None = None
    """Ids of runs; `None` where it names none."""
    test: int | None = None
    """The test image's number, from 0."""
    data: DatasetKey = "fashion-mnist"
    view: str | None = None
    """Of a page that has several."""
    cell: tuple[int, int] | None = None
    """Of a confusion matrix: the true class and the answer."""
    complaint: str | None = None
    """What of it is not possible."""


def image_link(page: str, models: Sequence[str], *, test: int, data: DatasetKey) -> str:
    """The link to a test image on `page`, from any page of the app."""
    return f"{page}?{urlencode(to_params(models, test=test, data=data), safe=',')}"


def to_params(
    models: Sequence[str], *, test: int | None, data: DatasetKey, view: str | None = None
) -> dict[str, str]:
    """Query parameters that lead back to these models, this test image, if any, and this view."""
    params = {MODELS: ",".join(models)} if models else {}
    params |= {VIEW: view} if view else {}
    if test is None:
        return params
    of_data = {DATA: data} if data != LinkedImage.data else {}
    return params | {TEST: str(test)} | of_data


def from_params(params: Mapping[str, str]) -> LinkedImage:
    """What a link asks for; what is not possible is said and left out."""
    named = params.get(MODELS)
    data: DatasetKey = "drawn" if params.get(DATA) == "drawn" else LinkedImage.data
    test, complaint = _test_image(params.get(TEST), data)
    return LinkedImage(
        models=None if named is None else tuple(filter(None, named.split(","))),
        test=test,
        data=data,
        view=params.get(VIEW),
        cell=_cell(params.get(CELL, "")),
        complaint=complaint,
    )


def cell_params(model: str, *, true: int, answer: int) -> dict[str, str]:
    """What leads to the images of a model's cell on the page Explain."""
    return {MODELS: model, VIEW: "many", CELL: f"{true}{answer}"}


def _cell(text: str) -> tuple[int, int] | None:
    """Two digits, a class each; anything else is none."""
    if len(text) == 2 and text.isascii() and text.isdecimal():
        return int(text[0]), int(text[1])
    return None


def _test_image(text: str | None, data: DatasetKey) -> tuple[int | None, str | None]:
    if text is None:
        return None, None
    number = datasets.split_sizes(data).test
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < number:
        return int(text), None
    return None, (
        f"This link asks for test image '{text[:20]}'; {DATASET_TITLES[data]} has those from 0 "
        f"to {number - 1:,}."
    )
