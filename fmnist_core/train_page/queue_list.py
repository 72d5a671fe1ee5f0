"""The queue: who trains what, who pauses, who waits, and when it is their turn."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from fmnist_core.formatting import escape_markdown, format_duration
from fmnist_core.jobs import queue
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, identity, own_runs, run_list

ACTION = "queue"
TURNS_HINT = "People take turns: everybody trains one run before anybody trains the next one."
PAUSE_LISTED = timedelta(minutes=10)
"""How long others see that a pause has made room; the user's own paused runs stay in the list."""


def draw_queue(shown: RunSummary | None) -> None:
    """Draw a line for each run that trains, waits or pauses; nothing if only the shown one does."""
    entries = [entry for entry in run_list.queue_entries() if _is_listed(entry)]
    action_errors.show_error(ACTION)
    if all(shown and entry.run.id == shown.id for entry in entries):
        return
    with st.container(border=True, key="queue", gap="small"):
        st.header("Queue", anchor=False, help=TURNS_HINT)
        for entry in entries:
            _draw_entry(entry)


def is_shown_waiting(shown: RunSummary | None) -> bool:
    """Whether the shown run is not training, so that the queue matters more than its charts."""
    waiting = {entry.run.id for entry in run_list.queue_entries() if not entry.has_slot}
    return shown is None or shown.id in waiting


def _is_listed(entry: QueueEntry) -> bool:
    run = run_list.find_run(entry.run.id)
    is_own = run is not None and own_runs.is_own(run)
    return is_own or not has_paused_for_long(entry, now=datetime.now(UTC))


def has_paused_for_long(entry: QueueEntry, *, now: datetime) -> bool:
    """Whether the run made room so long ago that others need not see it any more."""
    if not entry.is_paused or entry.has_slot or not entry.paused_at:
        return False
    return now - datetime.fromisoformat(entry.paused_at) > PAUSE_LISTED


def _draw_entry(entry: QueueEntry) -> None:
    run = run_list.find_run(entry.run.id)
    name = run.title if run else entry.name
    who = whose(name, by=entry.by, is_own=run is not None and own_runs.is_own(run))
    state, when = entry_texts(entry)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container():
            gray = f" :small[:gray[{when}]]" if when else ""
            st.markdown(f"**{escape_markdown(who)}** {state}{gray}")
        _draw_button("Show", run_picker.request_run, entry.run.id, entry)
        if entry.position and run and identity.may_control(run):
            _draw_button("Cancel", queue.cancel_run, entry.run, entry)


def whose(name: str, *, by: str, is_own: bool) -> str:
    """`Your Quick CNN`, `Ada's Quick CNN`, or the name alone if nobody has signed the run."""
    if is_own:
        return f"Your {name}"
    return f"{by}'s {name}" if by else name


def entry_texts(entry: QueueEntry) -> Sequence[str]:
    """What an entry does, and when it ends, goes on or starts."""
    if entry.is_paused:
        return "is paused", "" if entry.has_slot else "· goes on after Resume"
    if not entry.position:
        return "is training", f"· about {format_duration(entry.seconds_left)} left"
    return f"is {position_text(entry.position)}", f"· {start_text(entry.starts_in)}"


def position_text(position: int) -> str:
    """`next in line`, `2nd in line`."""
    return "next in line" if position == 1 else f"{_ordinal(position)} in line"


def _ordinal(number: int) -> str:
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 < number % 100 < 20 else suffix}"


def start_text(seconds: float) -> str:
    """`starting now`, `starts in about 3 min`."""
    return "starting now" if seconds < 1 else f"starts in about {format_duration(seconds)}"


def _draw_button(
    label: str, action: Callable[..., object], argument: object, entry: QueueEntry
) -> None:
    st.button(
        label,
        key=f"{label} {entry.run.id}",
        type="tertiary",
        on_click=action_errors.run_action,
        args=(ACTION, action, argument),
    )
