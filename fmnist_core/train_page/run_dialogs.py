"""Dialogs that rename, stop or delete a run.

They are opened by the page itself, outside the part that refreshes itself.
"""

from typing import Literal

import streamlit as st

from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.settings import get_settings
from fmnist_core.train_page import bin_list
from fmnist_core.ui import action_errors, identity, run_actions, run_list

DIALOG = "dialog"
"""Session-state key: the open dialog and the id of its run; also the key of its errors."""
REQUESTED = "dialog requested"
"""Session-state key: whether a button in the part that refreshes itself has opened a dialog."""
Dialog = Literal["rename", "delete", "stop"]


def draw_buttons(run: RunSummary) -> None:
    """Draw the buttons that open a dialog, if the user may change the run."""
    if run.is_example or not identity.may_control(run):
        return
    if run.state is not RunState.DAMAGED and st.button(
        "Rename", icon=":material/edit:", type="tertiary"
    ):
        _open_dialog("rename", run)
    if run.state is not RunState.RUNNING and st.button(
        "Delete", icon=":material/delete:", type="tertiary"
    ):
        _open_dialog("delete", run)


def request_stop(run_id: str) -> None:
    """Ask whether this run is to be stopped; for callbacks. `open_requested` opens the dialog."""
    st.session_state[DIALOG] = ("stop", run_id)
    st.session_state[REQUESTED] = True


def open_requested() -> None:
    """Rerun the whole page if a callback has requested a dialog."""
    if st.session_state.pop(REQUESTED, False):
        st.rerun()


def draw_dialog() -> None:
    """Draw the open dialog, if there is one; call it once, in the page itself."""
    dialog, run_id = st.session_state.get(DIALOG, ("", ""))
    run = run_list.find_run(run_id)
    if run is None:
        return
    if dialog == "stop":
        st.dialog("Stop training?", on_dismiss=_close_dialog)(_draw_stop)(run)
    elif dialog == "rename":
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
            action_errors.run_action(DIALOG, _rename, run, name)
            _close_unless_failed()
    action_errors.show_error(DIALOG)


def _rename(run: RunSummary, name: str) -> None:
    run_actions.require_control(run.run)
    store.rename_run(run.run, name)


def _draw_stop(run: RunSummary) -> None:
    st.markdown(
        f"**{escape_markdown(run.label)}** ends here, without a result. You can continue it later "
        "from where it was."
    )
    with st.container(horizontal=True):
        if st.button("Stop training", type="primary", icon=":material/stop:"):
            action_errors.run_action(DIALOG, run_actions.stop_run, run)
            _close_unless_failed()
        if st.button("Keep training"):
            _close_dialog()
            st.rerun()
    action_errors.show_error(DIALOG)


def _draw_delete(run: RunSummary) -> None:
    days = get_settings().disk.bin_days
    what = f"can be restored for {pluralize(days, 'day')}." if days else "will be gone for good."
    st.markdown(f"**{escape_markdown(run.label)}** {what}")
    with st.container(horizontal=True):
        label = "Delete run" if days else "Delete permanently"
        if st.button(label, type="primary", icon=":material/delete:"):
            action_errors.run_action(DIALOG, bin_list.delete_run, run.run, run.label)
            _close_unless_failed()
        if st.button("Cancel"):
            _close_dialog()
            st.rerun()
    action_errors.show_error(DIALOG)
