"""The live view: what is shown of runs, and renewed while something moves."""

from collections.abc import Sequence

import streamlit as st

from fmnist_core.jobs import exports
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary, unique_names
from fmnist_core.train_page import (
    live_charts,
    queue_list,
    replay,
    run_controls,
    run_header,
    run_picker,
)
from fmnist_core.training.history import History
from fmnist_core.ui import polling, run_history, run_list

POLL_SECONDS = 1.0
REPLAY_POLL_SECONDS = 0.5


def show() -> None:
    """Draw the live view; it asks for news only while a run trains, waits or is replayed."""
    polling.poll(_live, every=_interval(), watch=_interval)()


def _interval() -> float | None:
    if replay.is_moving():
        return REPLAY_POLL_SECONDS
    moving = exports.is_working() or any(row.active for row in run_list.runs())
    return POLL_SECONDS if moving else None


def _live() -> None:
    rows = run_list.runs()
    # Every part has a container of its own: parts come and go, and what follows one keeps its
    # place. Otherwise Streamlit's front end takes an element for a block ("'setIn' cannot be
    # called on an ElementNode") and loses the click that was under way.
    # For the same reason a place never has an element where another moment has a block.
    places = [st.container() for _ in range(8)]
    with places[0]:
        queue_list.listing()
    if not rows:
        with places[7]:
            _invite()
        return
    with places[1]:
        row, others = run_picker.pick(rows)
    with places[2]:
        moment = _moment(row)
    past = run_history.read_history(row.run, seconds=moment)
    with places[3]:
        run_header.header(row, past, replayed=moment is not None)
    with places[4]:
        run_controls.buttons(row, past)
    with places[5]:
        run_header.reasons(row, past, replayed=moment is not None)
    with places[6]:
        _draw([row, *others], [past, *(run_history.read_history(other.run) for other in others)])


def _invite() -> None:
    st.info(
        "Nothing has been trained here yet. Choose a recipe above and press Train: the curves "
        "appear here within seconds.",
        icon=":material/show_chart:",
    )


def _moment(row: RunSummary) -> float | None:
    """How far a replay of this run is, or `None` without one."""
    if row.state is RunState.RUNNING:
        replay.leave()
    current = replay.of(row.id)
    return replay.panel(current) if current else None


def _draw(rows: Sequence[RunSummary], pasts: Sequence[History]) -> None:
    hint, charts = st.container(), st.container()
    if any(past.last for past in pasts):
        with charts:
            live_charts.show(unique_names(list(rows)), pasts)
    elif rows[0].active and not pasts[0].feature_progress:
        hint.caption("The first figures come a few seconds after the start.")
