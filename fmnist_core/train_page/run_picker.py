"""Which runs are shown: one that is steered, and others laid over it."""

import streamlit as st

from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import url_state
from fmnist_core.ui import run_list

MOST_OVERLAID = len(RUN_COLORS) - 1
SHOWN, NUMBER = "run shown", "number of the list"
OVERLAID = "overlaid runs"


def show_next(run_id: str) -> None:
    """Let the next drawing of the page show this run."""
    st.session_state["run to show"] = run_id


def pick(rows: list[RunSummary]) -> tuple[RunSummary, list[RunSummary]]:
    """The run to show and those to lay over it, as two searchable lists."""
    known = {row.id: row for row in rows}
    labels = summary.unique_labels(rows)
    shown = _settle(rows, known)
    left, right = st.columns([1, 1])
    left.selectbox(
        "Run",
        list(known),
        index=list(known).index(shown),
        format_func=lambda run_id: labels[run_id],
        key=_list_key(),
        on_change=_choose,
        help="Type to search by name or student.",
    )
    comparable = [row.id for row in rows if row.id != shown]
    overlaid = right.multiselect(
        "Compare with",
        comparable,
        format_func=lambda run_id: labels[run_id],
        key=OVERLAID,
        max_selections=MOST_OVERLAID,
        placeholder="Lay other runs over it" if comparable else "No other run yet",
        disabled=not comparable,
    )
    return known[shown], [known[run_id] for run_id in overlaid]


def _settle(rows: list[RunSummary], known: dict[str, RunSummary]) -> str:
    """What is asked for, else what was shown, else the newest; deleted runs are forgotten."""
    state = st.session_state
    asked = state.pop("run to show", None)
    if asked in known:
        _show(asked)
        url_state.say_run(asked)
    elif asked:
        url_state.say_run(None)
    if state.get(SHOWN) not in known:
        newest = summary.newest(rows)
        _show(newest.id if newest else rows[0].id)
    before = state.get(OVERLAID, [])
    after = [run_id for run_id in before if run_id in known and run_id != state[SHOWN]]
    if after != before:
        state[OVERLAID] = after
    shown: str = state[SHOWN]
    return shown


def _show(run_id: str) -> None:
    """Show a run that nobody has chosen from the list; the list then is a new one.

    A list that stays is told its new value only once. A browser that misses it, because the next
    run of the page comes too soon, or that sends its news before it has heard, brings back the old
    run as if somebody had chosen that.
    """
    st.session_state[SHOWN] = run_id
    st.session_state[NUMBER] = st.session_state.get(NUMBER, -1) + 1


def _list_key() -> str:
    number = st.session_state[NUMBER]
    return f"shown run {number}" if number else "shown run"


def _choose() -> None:
    chosen = st.session_state[_list_key()]
    if run_list.find_run(chosen):  # else a label of before: a run's changes when it begins
        st.session_state[SHOWN] = chosen
        url_state.say_run(chosen)


def together(row: RunSummary) -> list[str]:
    """The ids of the run that is shown and of those that are laid over it."""
    return [row.id, *st.session_state.get(OVERLAID, [])]
