"""The part of the page that shows runs, refreshed while something changes."""

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


def draw_live_view() -> None:
    """Draw queue, run and charts; they refresh while a run trains, waits or is replayed."""
    polling.poll(_draw, every=_poll_interval(), watch=_poll_interval)()


def _poll_interval() -> float | None:
    """Seconds between two refreshes; `None` while there is nothing to refresh."""
    if replay.is_playing():
        return REPLAY_POLL_SECONDS
    changing = exports.is_exporting() or any(run.is_active for run in run_list.runs())
    return POLL_SECONDS if changing else None


def _draw() -> None:
    runs = run_list.runs()
    # Each part has its own container, so that later elements keep their position when a part
    # appears or disappears, and each position always holds the same kind of element. Otherwise
    # Streamlit's front end mistakes an element for a block ("'setIn' cannot be called on an
    # ElementNode") and loses a pending click (seen with 1.67).
    queue, picker, replaying, header, controls, messages, charts, hint = (
        st.container() for _ in range(8)
    )
    with queue:
        queue_list.draw_queue()
    if not runs:
        with hint:
            _draw_empty_hint()
        return
    with picker:
        run, overlaid = run_picker.pick_runs(runs)
    with replaying:
        replayed_seconds = _draw_replay(run)
    is_replay = replayed_seconds is not None
    history = run_history.read_history(run.run, seconds=replayed_seconds)
    with header:
        run_header.draw_header(run, history, is_replay=is_replay)
    with controls:
        run_controls.draw_controls(run, history)
    with messages:
        run_header.draw_messages(run, history, is_replay=is_replay)
    with charts:
        histories = [history, *(run_history.read_history(other.run) for other in overlaid)]
        _draw_charts([run, *overlaid], histories)


def _draw_empty_hint() -> None:
    st.info(
        "No runs yet. Choose a preset above and press Train: the curves appear here within "
        "seconds.",
        icon=":material/show_chart:",
    )


def _draw_replay(run: RunSummary) -> float | None:
    """Draw the replay of this run, if there is one; return how many seconds of it are shown."""
    if run.state is RunState.RUNNING:
        replay.end_replay()
    current = replay.get_replay(run.id)
    return replay.draw_replay(current) if current else None


def _draw_charts(runs: Sequence[RunSummary], histories: Sequence[History]) -> None:
    hint, charts = st.container(), st.container()
    if any(history.last for history in histories):
        with charts:
            live_charts.draw_charts(unique_names(list(runs)), histories)
    elif runs[0].is_active and not histories[0].feature_progress:
        queued = runs[0].state is RunState.QUEUED
        hint.caption(
            "Waiting in the queue. Results appear once training starts."
            if queued
            else "Getting ready – the first results appear in a few seconds."
        )
