"""The queue: who trains what, who waits, and when it is their turn."""

from collections.abc import Callable, Sequence

import streamlit as st

from fmnist_core.formatting import escape_markdown, format_duration
from fmnist_core.jobs import queue
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, own_runs, run_history, run_list

ACTION = "queue"


def draw_queue(shown: RunSummary | None) -> None:
    """Draw one line for each running or waiting run; nothing if the shown one is the only one."""
    entries = run_list.queue_entries()
    action_errors.show_error(ACTION)
    if all(shown and entry.run.id == shown.id for entry in entries):
        return
    running = [entry for entry in entries if not entry.position]
    is_blocked = bool(running) and all(map(_is_paused, running))
    with st.container(border=True, key="queue", gap="small"):
        st.header("Queue", anchor=False)
        for entry in entries:
            _draw_entry(entry, is_blocked=is_blocked)


def is_shown_waiting(shown: RunSummary | None) -> bool:
    """Whether the shown run is not training, so that the queue matters more than its charts."""
    waiting = {entry.run.id for entry in run_list.queue_entries() if entry.position}
    return shown is None or shown.id in waiting


def _is_paused(entry: QueueEntry) -> bool:
    return run_history.read_history(entry.run).is_paused


def _draw_entry(entry: QueueEntry, *, is_blocked: bool) -> None:
    run = run_list.find_run(entry.run.id)
    name = run.title if run else entry.name
    who = whose(name, by=entry.by, is_own=run is not None and own_runs.is_own(run))
    is_paused = not entry.position and _is_paused(entry)
    state, start = entry_texts(entry, is_paused=is_paused, is_blocked=is_blocked)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container():
            gray = f" :small[:gray[{start}]]" if start else ""
            st.markdown(f"**{escape_markdown(who)}** {state}{gray}")
        _draw_button("Show", run_picker.request_run, entry.run.id, entry)
        if entry.position:
            _draw_button("Cancel", queue.cancel_run, entry.run, entry)


def whose(name: str, *, by: str, is_own: bool) -> str:
    """`Your Quick CNN`, `Ada's Quick CNN`, or the name alone if nobody has signed the run."""
    if is_own:
        return f"Your {name}"
    return f"{by}'s {name}" if by else name


def entry_texts(entry: QueueEntry, *, is_paused: bool, is_blocked: bool) -> Sequence[str]:
    """What an entry does, and when it starts if it waits."""
    if not entry.position:
        return ("is paused", "") if is_paused else ("is training", "")
    start = "starts when the paused run resumes or stops"
    return (
        f"is {position_text(entry.position)}",
        f"· {start if is_blocked else start_text(entry.starts_in)}",
    )


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
