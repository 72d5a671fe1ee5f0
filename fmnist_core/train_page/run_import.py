"""The dialog that imports a run from a zip file."""

import streamlit as st

from fmnist_core.jobs import imports
from fmnist_core.runs import archive
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
        max_upload_size=archive.MAX_UPLOAD_MEGABYTES,
    )
    if (
        st.button("Import", type="primary", icon=":material/upload_file:", disabled=upload is None)
        and upload is not None
    ):
        with st.spinner("Checking every file …"):
            run = action_errors.run_action(
                ACTION,
                imports.import_upload,
                upload.getvalue(),
                name=upload.name,
                owner=identity.person_id(),
            )
        if run is not None:
            own_runs.note_started(run.id)
            run_picker.request_run(run.id)
            _close()
            st.rerun()
    action_errors.show_error(ACTION)
