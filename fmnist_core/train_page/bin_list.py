"""Deleted runs: undo the last deletion, and restore others from the bin."""

import time

import streamlit as st

from fmnist_core import paths
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import deleted_runs
from fmnist_core.runs.deleted_runs import DeletedRun
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import summarize
from fmnist_core.settings import get_settings
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, identity, run_actions

ACTION = "restore"
LAST_DELETED = "last deleted run"
"""Session-state key: the run that was deleted last, its label, and when (monotonic clock)."""
UNDO_SECONDS = 120.0
MAX_LISTED = 20


def delete_run(run: Run, label: str) -> None:
    """Delete a run and offer to undo it; raises `RunError`."""
    run_actions.require_control(run)
    deleted = deleted_runs.delete_run(run)
    if get_settings().disk.bin_days:
        st.session_state[LAST_DELETED] = (deleted, label, time.monotonic())


def draw_undo() -> None:
    """Offer to undo the last deletion, for a while; always one block."""
    with st.container():
        action_errors.show_error(ACTION)
        deleted, label, since = st.session_state.get(LAST_DELETED, (None, "", 0.0))
        if deleted is None or time.monotonic() - since > UNDO_SECONDS:
            return
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", border=True, key="undo"
        ):
            st.markdown(f"**{escape_markdown(label)}** is deleted.", width="content")
            _draw_restore("Undo", deleted, icon=":material/undo:")


def draw_bin() -> None:
    """Draw a list of the deleted runs that the user may restore; nothing without any."""
    with st.container():
        deleted = [
            (entry, run)
            for entry in deleted_runs.list_bin(paths.runs_folder())
            if identity.may_control(run := summarize(entry.run))
        ]
        if not deleted:
            return
        with st.popover(
            f"Deleted runs · {len(deleted)}", icon=":material/delete:", type="tertiary", key="bin"
        ):
            days = pluralize(get_settings().disk.bin_days, "day")
            st.caption(f"A deleted run can be restored for {days}.")
            for entry, run in deleted[:MAX_LISTED]:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(escape_markdown(run.label))
                    _draw_restore("Restore", entry)


def _draw_restore(label: str, deleted: DeletedRun, *, icon: str | None = None) -> None:
    st.button(
        label,
        icon=icon,
        key=f"{label} {deleted.id}",
        type="tertiary",
        on_click=action_errors.run_action,
        args=(ACTION, _restore, deleted),
    )


def _restore(deleted: DeletedRun) -> None:
    last, _, _ = st.session_state.get(LAST_DELETED, (None, "", 0.0))
    if last == deleted:
        del st.session_state[LAST_DELETED]
    run_picker.request_run(run_actions.restore_run(deleted).id)
