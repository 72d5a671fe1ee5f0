"""Take a finished run along: as an ONNX model in a zip."""

import streamlit as st

from fmnist_core.jobs import exports
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary

HINT = (
    "A zip with the model from raw pixels to probabilities, its classes and its card. It runs "
    "wherever ONNX does: in a browser, on a telephone, without Python."
)


def button(row: RunSummary) -> None:
    """Export, then download; nothing where the run is not finished."""
    if row.state is not RunState.FINISHED:
        return
    path = exports.made(row.run)
    if path is not None:
        st.download_button(
            "Download ONNX",
            path.read_bytes,
            file_name=path.name,
            mime="application/zip",
            icon=":material/download:",
            key="download export",
            help=HINT,
            on_click="ignore",
        )
        return
    working = exports.is_working(row.run)
    st.button(
        "Exporting …" if working else "Export ONNX",
        icon=":material/hourglass_top:" if working else ":material/package_2:",
        key="do export",
        help=HINT,
        disabled=working,
        on_click=exports.request,
        args=(row.run,),
    )


def complaint(row: RunSummary) -> None:
    """Why the last export failed; always one block, so that its neighbours stay put."""
    with st.container():
        if said := exports.problem(row.run):
            st.error(said)
