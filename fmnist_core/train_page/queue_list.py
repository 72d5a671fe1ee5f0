"""The queue: what trains and what waits, with places and expected starts."""

from collections.abc import Callable

import streamlit as st

from fmnist_core.formatting import format_duration, escape_markdown
from fmnist_core.jobs import queue
from fmnist_core.jobs.queue import QueueEntry
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, run_list

PLACE = "queue"


def listing() -> None:
    """A line for each run that trains or waits; nothing while nobody waits."""
    entries = run_list.queue_entries()
    action_errors.show_error(PLACE)
    if not any(entry.place for entry in entries):
        return
    with st.container(border=True, key="queue"):
        st.markdown("**Queue**")
        for entry in entries:
            _line(entry)


def _line(entry: QueueEntry) -> None:
    row = run_list.find_run(entry.run.id)
    title = row.title if row else entry.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=90):
            if entry.place:
                st.badge(f"{entry.place}. in line", color="blue")
            else:
                st.badge("training", color="green")
        with st.container():
            by = f" · {entry.by}" if entry.by else ""
            start = f" · starts in about {format_duration(entry.starts_in)}" if entry.place else ""
            st.markdown(f"{escape_markdown(title + by)}:small[:gray[{start}]]")
        _button("Show", run_picker.show_next, entry.run.id, entry)
        if entry.place:
            _button("Cancel", queue.cancel, entry.run, entry)


def _button(words: str, action: Callable[..., object], target: object, entry: QueueEntry) -> None:
    st.button(
        words,
        key=f"{words} {entry.run.id}",
        type="tertiary",
        on_click=action_errors.run_action,
        args=(PLACE, action, target),
    )
