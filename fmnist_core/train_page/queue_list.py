"""The queue: running and waiting runs, with positions and expected starts."""

from collections.abc import Callable

import streamlit as st

from fmnist_core.formatting import escape_markdown, format_duration
from fmnist_core.jobs import queue
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, run_list

ACTION = "queue"


def draw_queue() -> None:
    """Draw one line for each running or waiting run; nothing while none waits."""
    entries = run_list.queue_entries()
    action_errors.show_error(ACTION)
    if not any(entry.position for entry in entries):
        return
    with st.container(border=True, key="queue"):
        st.markdown("**Queue**")
        for entry in entries:
            _draw_entry(entry)


def _draw_entry(entry: QueueEntry) -> None:
    run = run_list.find_run(entry.run.id)
    title = run.title if run else entry.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=110):
            if entry.position:
                st.badge(position_text(entry.position), color="blue")
            else:
                st.badge("training", color="green")
        with st.container():
            student = f" · {entry.by}" if entry.by else ""
            start = f" · {start_text(entry.starts_in)}" if entry.position else ""
            st.markdown(f"{escape_markdown(title + student)}:small[:gray[{start}]]")
        _draw_button("Show", run_picker.request_run, entry.run.id, entry)
        if entry.position:
            _draw_button("Cancel", queue.cancel_run, entry.run, entry)


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
