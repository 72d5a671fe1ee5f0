"""Rename and delete a run, each in a dialog; the dialogs stand outside what renews itself."""

import streamlit as st

from fmnist_core.runs import store
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import action_errors, run_list

DIALOG = "dialog"


def buttons(row: RunSummary) -> None:
    """Ask for a dialog; runs that ship with the lab stay as they are."""
    if row.shipped:
        return
    if row.state is not RunState.DAMAGED and st.button("Rename", icon=":material/edit:"):
        _ask("rename", row)
    if row.state is not RunState.RUNNING and st.button("Delete", icon=":material/delete:"):
        _ask("delete", row)


def dialogs() -> None:
    """Open the dialog that was asked for; call it once, in the page itself."""
    which, run_id = st.session_state.get(DIALOG, ("", ""))
    row = run_list.find_run(run_id)
    if row is None:
        return
    if which == "rename":
        st.dialog("Rename this run", on_dismiss=_close)(_rename)(row)
    else:
        st.dialog("Delete this run?", on_dismiss=_close)(_delete)(row)


def _ask(which: str, row: RunSummary) -> None:
    st.session_state[DIALOG] = (which, row.id)
    st.rerun()


def _close() -> None:
    st.session_state.pop(DIALOG, None)


def _done() -> None:
    """Close, unless what went wrong has yet to be read."""
    if not action_errors.has_failed(DIALOG):
        _close()
        st.rerun()


def _rename(row: RunSummary) -> None:
    with st.form("rename", border=False):
        name = st.text_input("Name", row.name, max_chars=store.NAME_LENGTH)
        if st.form_submit_button("Rename", type="primary"):
            action_errors.run_action(DIALOG, store.rename, row.run, name)
            _done()
    action_errors.show_error(DIALOG)


def _delete(row: RunSummary) -> None:
    st.markdown(f"**{row.label}** and everything that it learned is removed for good.")
    with st.container(horizontal=True):
        if st.button("Delete for good", type="primary", icon=":material/delete_forever:"):
            action_errors.run_action(DIALOG, store.delete, row.run)
            _done()
        if st.button("Keep it"):
            _close()
            st.rerun()
    action_errors.show_error(DIALOG)
