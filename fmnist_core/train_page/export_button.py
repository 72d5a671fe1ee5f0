"""Export a run: as an archive that another machine imports, and as an ONNX model."""

from functools import partial

import streamlit as st

from fmnist_core.formatting import format_bytes
from fmnist_core.jobs import exports
from fmnist_core.runs import archive
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.settings import get_settings
from fmnist_core.ui.downloads import download_button

HINT = (
    "A zip file with the ONNX model (raw pixels in, probabilities out), its class names and its "
    "model card. It runs wherever ONNX does: in a browser, on a phone, without Python."
)


ARCHIVE_HINT = (
    "A zip file with everything in this run. Import it on another machine, with the button beside "
    "the list of runs."
)


def draw_archive_button(run: RunSummary) -> None:
    """Draw the button that downloads a run which has ended."""
    if run.is_example or not (run.state is RunState.FINISHED or run.state.is_resumable):
        return
    num_bytes = archive.export_size(run.run)
    if num_bytes > get_settings().limits.import_megabytes * 10**6:
        st.button(
            "Download run",
            icon=":material/folder_zip:",
            type="tertiary",
            disabled=True,
            help=f"Its {format_bytes(num_bytes)} are too many for a browser. On the server: "
            f"`python -m fmnist_core runs export {run.id}`",
        )
        return
    download_button(
        "Download run",
        partial(archive.export_bytes, run.run),
        file_name=f"{run.id}.zip",
        icon=":material/folder_zip:",
        key="download run",
        help=ARCHIVE_HINT,
        type="tertiary",
    )


def draw_export_button(run: RunSummary) -> None:
    """Draw the button that exports a finished run, then the one that downloads it."""
    if run.state is not RunState.FINISHED:
        return
    path = exports.finished_export(run.run)
    if path is not None:
        download_button(
            "Download ONNX",
            path.read_bytes,
            file_name=path.name,
            icon=":material/download:",
            key="download export",
            help=HINT,
            type="tertiary",
        )
        return
    exporting = exports.is_exporting(run.run)
    st.button(
        "Exporting …" if exporting else "Export ONNX",
        icon=":material/hourglass_top:" if exporting else ":material/package_2:",
        key="do export",
        help=HINT,
        type="tertiary",
        disabled=exporting,
        on_click=exports.request_export,
        args=(run.run,),
    )


def draw_export_error(run: RunSummary) -> None:
    """Show why the last export failed; always one block, so that what follows stays in place."""
    with st.container():
        if error := exports.export_error(run.run):
            st.error(error)
