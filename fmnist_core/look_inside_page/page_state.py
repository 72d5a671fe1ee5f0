"""What is picked on the page: model, epoch, step, number and part; as session state and as URL."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from fmnist_core.ui import link_problems, query_params, sticky_widgets
from fmnist_core.ui.query_params import PageLink

RUN, EPOCH, STEP, AT, PART = (
    "look inside run", "look inside epoch", "look inside step", "look inside number",
    "look inside part",
)  # fmt: skip
"""Session-state keys: id of the run, epoch or `None` for its final weights, name of the step or of
`PICTURE` or `ANSWER`, position of the number or `None` for the strongest one, and part of the step.
"""
STEP_PARAM, AT_PARAM, EPOCH_PARAM, PART_PARAM = "step", "at", "epoch", "part"
"""Names of query parameters."""
VIEW_KEY = "look inside view"
"""Session-state key of the open view."""
IS_LINKED = "look inside is linked"
"""Session-state key: whether a link has been followed and nothing was clicked since."""
STEPS, ACTIVATIONS = "steps", "activations"
VIEWS = {STEPS: "Step by step", ACTIVATIONS: "Activations"}
"""Titles of the views by their keys, as in the URL."""
MAPS, WEIGHTS, ATTENTION = PARTS = "maps", "weights", "attention"
"""The parts of a step, as in the URL."""
PICTURE, ANSWER = "picture", "answer"
"""What the diagram begins and ends with, in place of a step's name."""
Position = tuple[int, int, int]
"""Map, row and column, as in `inspection.layouts`."""


def open_link(link: PageLink | None, params: Mapping[str, str]) -> None:
    """Show what a link asks for; `params` are the query parameters of the link."""
    if link is None:
        return
    state = st.session_state
    state[IS_LINKED] = True
    if link.view in VIEWS:
        state[VIEW_KEY] = link.view
    elif link.view is not None:
        link_problems.add(
            f"This link asks for the view '{link_problems.shorten(link.view)}', which doesn't "
            "exist. Choose one of the views above."
        )
    if link.models:
        state[RUN] = link.models[0]
    state[STEP] = params.get(STEP_PARAM)
    state[AT] = parse_position(params.get(AT_PARAM, ""))
    part = params.get(PART_PARAM)
    state[PART] = part if part in PARTS else None
    if part is not None and part not in PARTS:
        link_problems.add(
            f"This link asks for the part '{link_problems.shorten(part)}' of a step. The parts "
            f"are: {', '.join(PARTS)}."
        )
    epoch = params.get(EPOCH_PARAM)
    state[EPOCH] = int(epoch) if epoch and epoch.isascii() and epoch.isdecimal() else None
    if AT_PARAM in params and state[AT] is None:
        link_problems.add(
            f"This link asks for the number at '{link_problems.shorten(params[AT_PARAM])}', which "
            "is no map, row and column such as 3,10,12."
        )


def to_params() -> dict[str, str]:
    """The query parameters of what is picked, besides model and image."""
    state = st.session_state
    at: Position | None = state.get(AT)
    view: str | None = state.get(VIEW_KEY)
    values = {
        query_params.VIEW: None if view == STEPS else view,
        STEP_PARAM: state.get(STEP),
        AT_PARAM: None if at is None else ",".join(map(str, at)),
        EPOCH_PARAM: state.get(EPOCH),
        PART_PARAM: state.get(PART),
    }
    return {name: str(value) for name, value in values.items() if value is not None}


def pick_part(titles: Mapping[str, str]) -> str:
    """Draw the choice of a part of the step, by key and title; the first one is the default.

    What was picked is kept for the next step that has it.
    """
    state = st.session_state
    first, picked = next(iter(titles)), state.get(PART)
    key = f"{PART} of {' '.join(titles)}"
    state[key] = before = picked if picked in titles else first
    part = sticky_widgets.button_row(
        "Part", list(titles), key=key, format_func=lambda part: titles[part]
    )
    if part != before:
        state[PART] = None if part == first else part
    return part


def show_step(shown: str) -> None:
    """Record which step is shown: where the picked one does not exist, it is another one.

    A link that names it is reported; after a change of the model, that is nobody's mistake.
    """
    state = st.session_state
    picked: str | None = state.get(STEP)
    if picked in (None, shown):
        return
    if state.get(IS_LINKED, False):
        link_problems.add(
            f"This link asks for the step '{link_problems.shorten(str(picked))}', which this model "
            "doesn't have. Click one in the diagram."
        )
        state[IS_LINKED] = False  # its number belongs to that step
    state[STEP] = state[AT] = None


def drop_position(num_maps: int, height: int, width: int) -> None:
    """Forget the picked number, which the maps do not have; report a link that names it."""
    state = st.session_state
    picked: Position | None = state.get(AT)
    if picked is not None and state.get(IS_LINKED, False):
        link_problems.add(
            f"This link asks for the number at {','.join(map(str, picked))}; the maps go up to "
            f"{num_maps - 1}, their rows to {height - 1} and columns to {width - 1}."
        )
    state[AT] = None


def parse_position(text: str) -> Position | None:
    """Parse three whole numbers with commas; `None` for anything else."""
    parts = text.split(",")
    is_valid = len(parts) == 3 and all(
        part.isascii() and part.isdecimal() and len(part) < 6 for part in parts
    )
    return (int(parts[0]), int(parts[1]), int(parts[2])) if is_valid else None


def pick_view() -> str:
    """Draw the row of views; return the key of the open one."""
    with st.container(key="inside-views"):
        return sticky_widgets.button_row(
            "View", list(VIEWS), key=VIEW_KEY, format_func=VIEWS.__getitem__
        )


def pick(picked: Mapping[str, Any]) -> None:
    """Take over a click on the diagram, or on a number of a map; for callbacks."""
    state = st.session_state
    state[IS_LINKED] = False
    if "step" in picked:
        state[STEP], state[AT] = str(picked["step"]), None
    elif "at" in picked:
        number, row, column = picked["at"]
        state[AT] = int(number), int(row), int(column)


def step() -> str | None:
    """The picked step; `None` for the first one."""
    name: str | None = st.session_state.get(STEP)
    return name


def position() -> Position | None:
    """The picked number; `None` for the strongest one."""
    at: Position | None = st.session_state.get(AT)
    return at
