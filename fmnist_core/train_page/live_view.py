"""The part of the page that shows runs, refreshed while something changes."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core.jobs import exports
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary, unique_names
from fmnist_core.train_page import (
    announcement,
    chart_options,
    empty_state,
    live_charts,
    queue_list,
    replay,
    result,
    run_controls,
    run_header,
    run_picker,
)
from fmnist_core.train_page.chart_options import ChartOptions
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
    with st.container(key="train-live", gap="small"):
        # Each part has its own container, so that later elements keep their position when a part
        # appears or disappears, and each position always holds the same kind of element. Otherwise
        # Streamlit's front end mistakes an element for a block ("'setIn' cannot be called on an
        # ElementNode") and loses a pending click (seen with 1.67).
        missing, first_queue, line, empty, shown_run, last_queue, spoken = (
            st.container() for _ in range(7)
        )
    with line, st.container(horizontal=True, vertical_alignment="center", key="run-line"):
        picker, badges, overlay, options = (st.container(width="content") for _ in range(4))
    with picker:
        run = run_picker.pick_run(runs)
    with missing:
        run_picker.draw_missing_run()
    with first_queue if queue_list.is_shown_waiting(run) else last_queue:
        queue_list.draw_queue(run)
    if run is None:
        with empty:
            empty_state.draw_empty_state(runs)
        with spoken:
            announcement.draw_announcement(None, None)
        return
    with overlay:
        overlaid = run_picker.pick_overlaid(runs, run)
    with options:
        chosen_options = chart_options.draw_options()
    with shown_run:
        history = _draw_run([run, *overlaid], chosen_options, badges)
    with spoken:
        announcement.draw_announcement(run, history)


def _draw_run(runs: list[RunSummary], options: ChartOptions, badges: DeltaGenerator) -> History:
    """Draw the first run, with the curves of the others over its own; return its history."""
    run = runs[0]
    replaying, header, messages, ending, curves, recipe, details = (
        st.container() for _ in range(7)
    )
    with replaying:
        seconds = _draw_replay(run)
    is_replay = seconds is not None
    history = run_history.read_history(run.run, seconds=seconds)
    with badges:
        run_header.draw_badges(run, history, is_replay=is_replay)
    with header, st.container(horizontal=True, vertical_alignment="bottom", key="run-header"):
        with st.container(key="figures"):
            run_header.draw_figures(run, history, is_replay=is_replay)
        with st.container(width="content", key="controls"):
            run_controls.draw_controls(run, history, is_replay=is_replay)
    with messages:
        run_header.draw_messages(run, history, is_replay=is_replay)
    with ending:
        if not is_replay and not run.is_active:
            result.draw_result(run)
            run_controls.draw_more_controls(run, history)
    histories = [history, *(run_history.read_history(other.run) for other in runs[1:])]
    names = unique_names(runs)
    is_unfinished = is_replay or run.is_active
    planned_epochs = run.recipe.total_epochs if run.recipe and is_unfinished else 0
    if any(one.last for one in histories) or run.is_active:
        with curves:
            live_charts.draw_curves(names, histories, options, planned_epochs=planned_epochs)
    with recipe:
        run_header.draw_recipe(run, history)
        if run.is_active:
            run_controls.draw_more_controls(run, history)
    if any(one.last for one in histories):
        with details:
            live_charts.draw_details(names, histories, options)
    return history


def _draw_replay(run: RunSummary) -> float | None:
    """Draw the replay of this run, if there is one; return how many seconds of it are shown."""
    if run.state is RunState.RUNNING:
        replay.end_replay()
    current = replay.get_replay(run.id)
    if current is None:
        return None
    return replay.draw_replay(current, name=run.name, is_example=run.is_example)
