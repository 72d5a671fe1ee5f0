"""Export a finished run as an ONNX model, and download it."""

import streamlit as st

from fmnist_core.jobs import exports
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui.downloads import download_button

HINT = (
    "A zip file with the ONNX model (raw pixels in, probabilities out), its class names and its "
    "model card. It runs wherever ONNX does: in a browser, on a phone, without Python."
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
