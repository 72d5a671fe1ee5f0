"""Which runs are compared and in which view: kept for this browser, and said by the address bar."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.runs.comparison import MAX_COMPARED
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import query_params

RUNS, VIEW = "runs", "view"
PICKED, COMPLAINTS = "compared runs", "compare complaints"
ARRIVALS = "compare arrivals"
"""Goes up when a link decides: widgets that held something else begin anew."""


LONGEST = 40
"""Characters of an id that a complaint repeats."""


def settle(rows: Sequence[RunSummary]) -> list[RunSummary]:
    """What a link asks for, else what was picked before, else two to begin with.

    `rows` are finished runs, the most accurate first.
    """
    state = st.session_state
    known = {row.id: row for row in rows}
    state.setdefault(ARRIVALS, 0)
    params = st.query_params.to_dict()
    asked = params.get(RUNS)
    if params and not query_params.is_echo(params):
        state[ARRIVALS] += 1
        state[VIEW] = params.get(VIEW)
        if asked is not None:
            ids = list(dict.fromkeys(filter(None, asked.split(","))))
            state[PICKED] = [each for each in ids if each in known]
            state[COMPLAINTS] = _complaints(ids, known)
    if PICKED not in state:
        state[PICKED] = [row.id for row in _first(rows)]
    state[PICKED] = [each for each in state[PICKED] if each in known][:MAX_COMPARED]
    _write()
    return [known[each] for each in state[PICKED]]


def _first(rows: Sequence[RunSummary]) -> list[RunSummary]:
    """The best, and the best of another family on the same data (else of the same)."""
    if not rows:
        return []
    real = [row for row in rows if row.data != "drawn"] or list(rows)
    best, *rest = [row for row in real if row.data == real[0].data]
    others = [row for row in rest if row.family != best.family] or rest
    return [best, *others[:1]]


def _complaints(ids: Sequence[str], known: dict[str, RunSummary]) -> list[str]:
    missing = [each for each in ids if each not in known]
    said = []
    if missing:
        listed = ", ".join(each[:LONGEST] for each in missing[:MAX_COMPARED])
        said.append(f"This link names runs that are not here or not finished: {listed}.")
    if len(ids) - len(missing) > MAX_COMPARED:
        said.append(
            f"This link names more than {MAX_COMPARED} runs; the first {MAX_COMPARED} are compared."
        )
    return said


def complaints() -> list[str]:
    """What the link asked for in vain, until other runs are picked."""
    said: list[str] = st.session_state.get(COMPLAINTS, [])
    return said


def pick(ids: Sequence[str]) -> None:
    """Compare these from the next drawing of the page on."""
    st.session_state[PICKED] = list(ids)[:MAX_COMPARED]
    st.session_state[COMPLAINTS] = (
        [f"At most {MAX_COMPARED} runs are compared at once; the first {MAX_COMPARED} stay."]
        if len(ids) > MAX_COMPARED
        else []
    )


def view() -> str | None:
    """The view that was open, or that a link asks for."""
    opened: str | None = st.session_state.get(VIEW)
    return opened


def say_view(key: str) -> None:
    """Another view is open."""
    st.session_state[VIEW] = key
    _write()


def _write() -> None:
    state = st.session_state
    params = {RUNS: ",".join(state[PICKED])} if state[PICKED] else {}
    if state.get(VIEW):
        params[VIEW] = state[VIEW]
    query_params.wrote(params)
    if st.query_params.to_dict() != params:
        st.query_params.from_dict(params)
