"""What the Data page shows: read from a link, kept in the session, and written into the URL."""

from typing import Annotated, Any, Literal

import streamlit as st
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from fmnist_core.data import datasets
from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.data_page.augmentation_examples import amounts
from fmnist_core.embedding.layouts import LAYOUTS
from fmnist_core.image_input import sources
from fmnist_core.ui import link_problems, query_params

Split = Literal["train", "validation", "test"]
Coordinate = Annotated[float, Field(ge=-2, le=2, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate]
DATA, VIEW, SPLIT, CLASS, SHUFFLE, PAGE = "data", "view", "split", "class", "shuffle", "page"
TEST, TRAIN, MODELS, SPACE, LAYOUT = "test", "train", "models", "space", "layout"
COLOR, EPOCH, LASSO, CHANGE, AMOUNT, SOURCE = (
    "color", "epoch", "lasso", "change", "amount", "source",
)  # fmt: skip
"""Names of query parameters."""
ALL_CLASSES, FINAL_WEIGHTS = -1, 0
"""In place of a class and of an epoch: a select box takes `None` for no choice (Streamlit 1.67)."""
MAX_NUMBER = 10**6
MAX_LASSO_POINTS = 40
LASSO_SCALE = 1000
"""In the URL, the edges of the map are at ±1000, and no character needs an escape."""


def _parse_lasso(text: object) -> object:
    """Parse `-120_400~30_-9~…`; other types are as they are."""
    if not isinstance(text, str):
        return text
    points = [point.split("_") for point in text.split("~")[:MAX_LASSO_POINTS]]
    return tuple(tuple(float(number) / LASSO_SCALE for number in point) for point in points)


Lasso = Annotated[tuple[Point, ...], BeforeValidator(_parse_lasso)]


class DataChoice(BaseModel):
    """Everything that decides what the page shows; its field names are session-state keys."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    view: str = "browse"
    data: DatasetKey = "fashion-mnist"
    split: Split = "test"
    label: int = Field(ALL_CLASSES, ge=0, le=9, alias=CLASS)
    """The class that is browsed."""
    shuffle: int = Field(0, ge=0, le=MAX_NUMBER)
    """Seed of the order in which images are browsed; 0 is that of the data set."""
    page: int = Field(1, ge=1, le=MAX_NUMBER)
    test: int | None = Field(None, ge=0, le=MAX_NUMBER)
    """The test image that is shown large, or else the training image."""
    train: int | None = Field(None, ge=0, le=MAX_NUMBER)
    models: str | None = None
    """Id of the run whose features and predictions are shown."""
    space: Literal["pixels", "features"] = "pixels"
    layout: str = "pca"
    color: Literal["class", "prediction", "correct"] = "class"
    epoch: int = Field(FINAL_WEIGHTS, ge=1, le=MAX_NUMBER)
    lasso: Lasso = ()
    """Corners of the lasso on the map, whose edges are at ±1."""
    change: str = "rotation"
    """The setting of the augmentation that is tried out."""
    amount: str | None = None


PREFIX = "data page "
"""Of session-state keys: a field's name follows."""


def key(field: str) -> str:
    """Session-state key of a field of `DataChoice`."""
    return PREFIX + field


def get(field: str) -> Any:
    """The current value of a field of `DataChoice`."""
    return st.session_state.get(key(field), DataChoice.model_fields[field].default)


def put(**values: object) -> None:
    """Set fields of `DataChoice`, from the next rerun on; for callbacks."""
    for field, value in values.items():
        st.session_state[key(field)] = value


def follow_link(views: list[str]) -> None:
    """Show what the link that the user has just followed asks for, and say what is wrong in it."""
    for field, info in DataChoice.model_fields.items():
        if field != DATA:  # depends on what is on this machine
            st.session_state.setdefault(key(field), info.default)
    params = st.query_params.to_dict()
    if not params or query_params.is_echo(params):
        return
    link = query_params.read_link()  # reports a test image that does not exist
    sources.open_link(link)
    if source := sources.SOURCES.get(params.get(SOURCE, "")):
        sources.open_source(source)  # here, a test image is a point and not the star
    if not {SOURCE, query_params.PHOTOGRAPH}.isdisjoint(params):
        st.session_state[STAR_KEY] = True
    choice, unknown = parse(params, views=views)
    for name in unknown:
        value = link_problems.shorten(params[name])
        link_problems.add(f"This link asks for {name} '{value}', which doesn't exist here.")
    values = {field: getattr(choice, field) for field in DataChoice.model_fields}
    if choice.model_fields_set.isdisjoint({DATA, TEST, TRAIN}):
        del values[DATA]  # any data set will do
    put(**values)
    st.session_state[LINKED_EPOCH] = choice.epoch


def parse(params: dict[str, str], *, views: list[str]) -> tuple[DataChoice, list[str]]:
    """Parse query parameters; also returns the names of those that are invalid."""
    known = {field.alias or name for name, field in DataChoice.model_fields.items()}
    values = {name: text for name, text in params.items() if name in known}
    unknown = [
        name
        for name, allowed in (
            (VIEW, views), (LAYOUT, LAYOUTS), (CHANGE, Augmentation.model_fields),
        )
        if name in values and values[name] not in allowed
    ]  # fmt: skip
    if "," in values.get(MODELS, ""):  # links of other pages may name several
        values[MODELS] = values[MODELS].partition(",")[0]
    try:
        DataChoice.model_validate(values)
    except ValidationError as error:
        unknown += [str(problem["loc"][0]) for problem in error.errors()]
    change = values.get(CHANGE, DataChoice.model_fields[CHANGE].default)
    if AMOUNT in values and CHANGE not in unknown and values[AMOUNT] not in amounts(change):
        unknown.append(AMOUNT)
    valid = {name: text for name, text in values.items() if name not in unknown}
    choice = DataChoice.model_validate(valid)
    num_images = _num_images(choice.data)
    for name in (TEST, TRAIN):
        if (number := getattr(choice, name)) is not None and number >= num_images[name]:
            choice = choice.model_copy(update={name: None})
            if name == TRAIN:  # `query_params` reports a test image
                unknown.append(name)
    if choice.test is not None and choice.train is not None:
        choice = choice.model_copy(update={TRAIN: None})
        unknown.append(TRAIN)
    if choice.test is not None and choice.split != TEST:
        choice = choice.model_copy(update={SPLIT: TEST})
    elif choice.train is not None and choice.split == TEST:
        choice = choice.model_copy(update={SPLIT: TRAIN})
    return choice, [name for name in dict.fromkeys(unknown) if name != TEST]


def to_params(choice: DataChoice) -> dict[str, str]:
    """Query parameters of a choice, without defaults and what its view does not show."""
    shown = {"view", "data", "models", *FIELDS_BY_VIEW.get(choice.view, ())}
    params = {}
    for name, field in DataChoice.model_fields.items():
        value = getattr(choice, name)
        if name in shown and value is not None and value != field.default:
            text = str(value)
            if name == LASSO:
                text = "~".join(
                    "_".join(str(round(LASSO_SCALE * number)) for number in point)
                    for point in value
                )
            params[field.alias or name] = text
    return params


FIELDS_BY_VIEW = {
    "browse": ("split", "label", "shuffle", "page", "test", "train"),
    "classes": ("split",),
    "map": ("space", "layout", "color", "epoch", "lasso", "test"),
    "labels": ("test",),
    "augmentation": ("test", "train", "change", "amount"),
}
"""What each view shows besides the data set and the model."""


def report_epoch(saved: list[int]) -> None:
    """Say that a link asks for an epoch that the run has not saved, once."""
    linked = st.session_state.pop(LINKED_EPOCH, FINAL_WEIGHTS)
    if linked not in (FINAL_WEIGHTS, *saved):
        epochs = ", ".join(map(str, saved)) or "none"
        link_problems.add(
            f"This link asks for epoch {linked}; this run has saved the epochs: {epochs}."
        )


def write_params() -> None:
    """Write what is shown into the URL."""
    values = {field: get(field) for field in DataChoice.model_fields}
    params = to_params(DataChoice.model_construct(**values))
    if get("view") == "map" and st.session_state.get(STAR_KEY):
        params[SOURCE] = sources.open_key()
        if (number := sources.shown_photograph()) is not None:
            params[query_params.PHOTOGRAPH] = str(number)
    query_params.write(params)


LINKED_EPOCH = "data page linked epoch"
"""Session-state key: the epoch of the link that was followed last, until it is checked."""
STAR_KEY = "data page star"
"""Session-state key: whether an image of one's own is put on the map."""


def _num_images(data: DatasetKey) -> dict[str, int]:
    sizes = datasets.split_sizes(data)
    return {TEST: sizes.test, TRAIN: sizes.train + sizes.validation}
