"""Read and write the query parameters, and link to a test image on another page.

The URL mirrors what is shown, so that it can be shared. The browser may send one more event with
the previous query parameters before it receives the new ones; `is_echo` distinguishes that from a
link that the user followed.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from fmnist_core.data import datasets, real_photographs
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.ui import browser_state, link_problems

MODELS, TEST, DATA, VIEW, CELL, SOURCE = "models", "test", "data", "view", "cell", "source"
"""Names of query parameters."""
PHOTOGRAPH = "photograph"
"""Name of the query parameter for a real photograph's number."""
ECHO_SECONDS = 8.0
"""How long the browser may still send replaced query parameters."""
CURRENT, REPLACED = "address", "replaced addresses"


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """The parameters of a link: models, a test image, a view and a cell, each optional."""

    models: tuple[str, ...] | None = None
    """Ids of runs; `None` if it names none."""
    test_index: int | None = None
    """Index of the test image."""
    data: DatasetKey = "fashion-mnist"
    photograph: int | None = None
    """Number of a real photograph."""
    view: str | None = None
    """The view to open on a page that has several."""
    source: str | None = None
    """The image source to open, as the link names it; a test image implies its own."""
    cell: tuple[int, int] | None = None
    """A cell of a confusion matrix: the true class and the predicted one."""
    problem: str | None = None
    """Why the test image cannot be shown."""


def read_link() -> PageLink | None:
    """Read a link that the user has just followed; `None` if a page wrote the URL itself.

    If its image does not exist, that is reported to `link_problems`.
    """
    params = st.query_params.to_dict()
    if not params or is_echo(params):
        return None
    note_written(params)
    link_problems.clear()
    link = from_params(params)
    if link.problem:
        link_problems.add(link.problem)
    return link


def write(params: Mapping[str, str]) -> None:
    """Replace the query parameters of the URL.

    In a new session, it waits for the browser's first answer: before that, the browser would add
    a step to its history, and Back would not leave the page.
    """
    if not browser_state.has_answered():
        return
    note_written(params)
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)


def note_written(params: Mapping[str, str]) -> None:
    """Record that the URL has these query parameters from now on."""
    state = st.session_state
    previous, current = state.get(CURRENT), dict(params)
    if previous is not None and previous != current:
        recent = [(when, old) for when, old in state.get(REPLACED, []) if _is_recent(when)]
        state[REPLACED] = [*recent, (time.monotonic(), previous)]
    state[CURRENT] = current


def is_echo(params: Mapping[str, str]) -> bool:
    """Whether a page wrote these parameters, last or within `ECHO_SECONDS`."""
    state, requested = st.session_state, dict(params)
    if requested == state.get(CURRENT):
        return True
    return any(requested == old and _is_recent(when) for when, old in state.get(REPLACED, []))


def _is_recent(when: float) -> bool:
    return time.monotonic() - when < ECHO_SECONDS


def image_link(page: str, models: Sequence[str], *, test_index: int, data: DatasetKey) -> str:
    """Relative URL of a test image on `page`, valid on any page of the app."""
    return f"{page}?{urlencode(to_params(models, test_index=test_index, data=data), safe=',')}"


def photograph_link(page: str, models: Sequence[str], *, number: int) -> str:
    """Relative URL of a real photograph on `page`, valid on any page of the app."""
    params = to_params(models, test_index=None, data=PageLink.data, photograph=number)
    return f"{page}?{urlencode(params, safe=',')}"


def cell_params(model: str, *, label: int, predicted: int) -> dict[str, str]:
    """Query parameters of the images in a cell of a model's confusion matrix, on Explain."""
    return {MODELS: model, VIEW: "many", CELL: f"{label}{predicted}"}


def to_params(
    models: Sequence[str],
    *,
    test_index: int | None,
    data: DatasetKey,
    view: str | None = None,
    source: str | None = None,
    photograph: int | None = None,
) -> dict[str, str]:
    """Query parameters of these models, this view, and this image or else this source.

    The image is a test image or a real photograph.
    """
    params = {MODELS: ",".join(models)} if models else {}
    params |= {VIEW: view} if view else {}
    if photograph is not None:
        return params | {PHOTOGRAPH: str(photograph)}
    if test_index is None:
        return params | ({SOURCE: source} if source else {})
    data_param = {DATA: data} if data != PageLink.data else {}
    return params | {TEST: str(test_index)} | data_param


def from_params(params: Mapping[str, str]) -> PageLink:
    """Parse a link; ignore invalid parameters; for an invalid test image, set `problem`."""
    models = params.get(MODELS)
    data: DatasetKey = "drawn" if params.get(DATA) == "drawn" else PageLink.data
    test_index, problem = _parse_test_image(params.get(TEST), data)
    photograph, photograph_problem = _parse_photograph(params.get(PHOTOGRAPH))
    return PageLink(
        models=None if models is None else tuple(filter(None, models.split(","))),
        test_index=test_index,
        data=data,
        photograph=photograph,
        view=params.get(VIEW),
        source=params.get(SOURCE),
        cell=_parse_cell(params.get(CELL, "")),
        problem=problem or photograph_problem,
    )


def _parse_cell(text: str) -> tuple[int, int] | None:
    """Parse two digits, one for each class; `None` for anything else."""
    if len(text) == 2 and text.isascii() and text.isdecimal():
        return int(text[0]), int(text[1])
    return None


def _parse_test_image(text: str | None, data: DatasetKey) -> tuple[int | None, str | None]:
    if text is None:
        return None, None
    num_images = datasets.split_sizes(data).test
    if (index := _parse_index(text, num_images)) is not None:
        return index, None
    return None, (
        f"This link asks for test image '{text[:20]}', but {DATASET_TITLES[data]} has test images "
        f"0 to {num_images - 1:,}."
    )


def _parse_photograph(text: str | None) -> tuple[int | None, str | None]:
    if text is None:
        return None, None
    num_photographs = len(real_photographs.load_photographs())
    if (index := _parse_index(text, num_photographs)) is not None:
        return index, None
    return None, (
        f"This link asks for real photograph '{text[:20]}'; their numbers are 0 to "
        f"{num_photographs - 1}."
    )


def _parse_index(text: str, size: int) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < size:
        return int(text)
    return None
