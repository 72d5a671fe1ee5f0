"""Which runs are shown: one that is steered, and others laid over it."""

import streamlit as st

from fmnist_core.ui import address, catalogue
from fmnist_core.ui.catalogue import Row
from fmnist_core.ui.charts import RUN_COLOURS

MOST_OVERLAID = len(RUN_COLOURS) - 1


def show_next(run_id: str) -> None:
    """Let the next drawing of the page show this run."""
    st.session_state["run to show"] = run_id


def pick(rows: list[Row]) -> tuple[Row, list[Row]]:
    """The run to show and those to lay over it, as two searchable lists."""
    known = {row.id: row for row in rows}
    _settle(rows, known)
    left, right = st.columns([1, 1])
    shown = left.selectbox(
        "Run",
        list(known),
        format_func=lambda run_id: known[run_id].label,
        key="shown run",
        on_change=_say_run,
        help="Type to search by name or student.",
    )
    comparable = [row.id for row in rows if row.id != shown]
    overlaid = right.multiselect(
        "Compare with",
        comparable,
        format_func=lambda run_id: known[run_id].label,
        key="overlaid runs",
        max_selections=MOST_OVERLAID,
        placeholder="Lay other runs over it" if comparable else "No other run yet",
        disabled=not comparable,
    )
    return known[shown], [known[run_id] for run_id in overlaid]


def _settle(rows: list[Row], known: dict[str, Row]) -> None:
    """What is asked for, else what was shown, else the newest; deleted runs are forgotten."""
    state = st.session_state
    asked = state.pop("run to show", None)
    if asked in known:
        state["shown run"] = asked
        address.say_run(asked)
    elif asked:
        address.say_run(None)
    if state.get("shown run") not in known:
        newest = catalogue.newest(rows)
        state["shown run"] = newest.id if newest else None
    before = state.get("overlaid runs", [])
    after = [run_id for run_id in before if run_id in known and run_id != state["shown run"]]
    if after != before:
        state["overlaid runs"] = after


def _say_run() -> None:
    address.say_run(st.session_state["shown run"])


def names(rows: list[Row]) -> list[str]:
    """A name for each run in a chart's legend, no two alike."""
    titles = [row.title for row in rows]
    labels = [row.label for row in rows]
    said = [
        title if titles.count(title) == 1 else label
        for title, label in zip(titles, labels, strict=True)
    ]
    return [
        name if said.count(name) == 1 else f"{name} · {row.id[-4:]}"
        for name, row in zip(said, rows, strict=True)
    ]
