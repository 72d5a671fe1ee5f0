"""The state of the Train page in one session, as one typed object under one session-state key.

Besides it, the session state holds only the widgets' own keys, and keys that one module of the
page alone reads and writes.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from fmnist_core.train_page.recipe_params import RecipeChoice

KEY = "train page"


@dataclass(kw_only=True)
class TrainState:
    """The selections and the shown run."""

    choice: RecipeChoice | None = None
    """The last valid recipe and its preset; `None` before the page is first drawn."""
    initial_values: dict[str, Any] = field(default_factory=dict)
    """By field, the value that a preset or a link has set."""
    error: str = ""
    """Why the last change of a setting was rejected."""
    error_field: str = ""
    """The rejected setting, if it was one alone."""
    link_choice: RecipeChoice | None = None
    """The recipe of the last followed link."""
    link_problems: list[str] = field(default_factory=list)
    """What is invalid in that link."""
    linked_run: str | None = None
    """Id of the run in the URL, which names one only after a link or a choice."""
    requested_run: str | None = None
    """Id of a run to show from the next rerun on."""
    shown_run: str | None = None
    run_list_version: int = 0
    """Incremented when code changes `shown_run`."""


def get_state() -> TrainState:
    """The state of this session."""
    state: TrainState = st.session_state.setdefault(KEY, TrainState())
    return state
