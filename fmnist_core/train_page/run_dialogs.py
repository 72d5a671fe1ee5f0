"""Dialogs that rename or delete a run.

They are opened by the page itself, outside the part that refreshes itself.
"""

from typing import Literal

import streamlit as st

from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import action_errors, run_list

DIALOG = "dialog"
"""Session-state key: the open dialog and the id of its run; also the key of its errors."""
Dialog = Literal["rename", "delete"]


def draw_buttons(run: RunSummary) -> None:
    """Draw the buttons that open a dialog; example models cannot be changed."""
    if run.is_example:
        return
    if run.state is not RunState.DAMAGED and st.button(
        "Rename", icon=":material/edit:", type="tertiary"
    ):
        _open_dialog("rename", run)
    if run.state is not RunState.RUNNING and st.button(
        "Delete", icon=":material/delete:", type="tertiary"
    ):
        _open_dialog("delete", run)


def draw_dialog() -> None:
    """Draw the open dialog, if there is one; call it once, in the page itself."""
    dialog, run_id = st.session_state.get(DIALOG, ("", ""))
    run = run_list.find_run(run_id)
    if run is None:
        return
    if dialog == "rename":
        st.dialog("Rename this run", on_dismiss=_close_dialog)(_draw_rename)(run)
    else:
        st.dialog("Delete this run?", on_dismiss=_close_dialog)(_draw_delete)(run)


def _open_dialog(dialog: Dialog, run: RunSummary) -> None:
    st.session_state[DIALOG] = (dialog, run.id)
    st.rerun()


def _close_dialog() -> None:
    st.session_state.pop(DIALOG, None)


def _close_unless_failed() -> None:
    if not action_errors.has_failed(DIALOG):
        _close_dialog()
        st.rerun()


def _draw_rename(run: RunSummary) -> None:
    with st.form("rename", border=False):
        name = st.text_input("Name", run.name, max_chars=store.MAX_NAME_LENGTH)
        if st.form_submit_button("Rename", type="primary"):
            action_errors.run_action(DIALOG, store.rename_run, run.run, name)
            _close_unless_failed()
    action_errors.show_error(DIALOG)


def _draw_delete(run: RunSummary) -> None:
    st.markdown(f"**{run.label}** will be permanently deleted. You can't undo this.")
    with st.container(horizontal=True):
        if st.button("Delete permanently", type="primary", icon=":material/delete_forever:"):
            action_errors.run_action(DIALOG, store.delete_run, run.run)
            _close_unless_failed()
        if st.button("Cancel"):
            _close_dialog()
            st.rerun()
    action_errors.show_error(DIALOG)
