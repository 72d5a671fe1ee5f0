"""The dialog that imports a run from a zip file."""

import streamlit as st

from fmnist_core import paths
from fmnist_core.jobs import imports, limits
from fmnist_core.runs.run import Run
from fmnist_core.settings import get_settings
from fmnist_core.train_page import run_picker
from fmnist_core.ui import action_errors, identity, own_runs

ACTION = "import"


def draw_dialog() -> None:
    """Draw the dialog if it is open; call it once, in the page itself."""
    if st.session_state.get(run_picker.IMPORT_IS_OPEN):
        st.dialog("Import a run", on_dismiss=_close)(_draw_import)()


def _close() -> None:
    st.session_state.pop(run_picker.IMPORT_IS_OPEN, None)


def _draw_import() -> None:
    st.markdown(
        "Bring a run from another machine: press **Download run** there, and choose the file here. "
        "Every file in it is checked. The run is marked as imported, since nobody can tell from "
        "its files how it was trained."
    )
    upload = st.file_uploader(
        "Zip file of a run",
        type="zip",
        key="run archive",
        max_upload_size=get_settings().limits.import_megabytes,
    )
    if (
        st.button("Import", type="primary", icon=":material/upload_file:", disabled=upload is None)
        and upload is not None
    ):
        with st.spinner("Checking every file …"):
            run = action_errors.run_action(ACTION, _import, upload.name, upload.getvalue())
        if run is not None:
            run_picker.request_run(run.id)
            _close()
            st.rerun()
    action_errors.show_error(ACTION)


def _import(name: str, content: bytes) -> Run:
    """Import a run that belongs to the user; raises `RunError`. Teachers have no limit."""
    if not identity.is_teacher():
        limits.check_import_limit(paths.runs_folder(), identity.person_id())
    run = imports.import_upload(content, name=name, owner=identity.person_id())
    own_runs.note_started(run.id)
    return run
