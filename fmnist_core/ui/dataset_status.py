"""Whether a data set is on this machine, its test images, and the button that downloads it."""

import numpy as np
import streamlit as st

from fmnist_core import formatting
from fmnist_core.data import datasets, download, sources
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
DOWNLOAD_COMMAND = "data fetch"
DOWNLOAD_LABEL = f"Download ({formatting.format_bytes(download.DOWNLOAD_BYTES)})"
DOWNLOAD_COMMANDS = BackgroundCommands(user_waits=True)


def is_available(data: DatasetKey) -> bool:
    """Whether a run on `data` can start; synthetic garments always can."""
    return data == "drawn" or sources.available_source() is not None


@st.cache_resource(max_entries=2, ttl=600, show_spinner=False)
def load_test_set(data: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Load the test images and labels, once for all sessions; raises `DataError`."""
    return datasets.load_test_set(data)


def offer_download(data: DatasetKey) -> None:
    """Where `data` is missing, say so and offer to download it."""
    with st.container():
        if is_available(data):
            return
        every = POLL_SECONDS if DOWNLOAD_COMMANDS.is_pending() else None
        polling.poll(
            _draw_download,
            every=every,
            watch=lambda: (DOWNLOAD_COMMANDS.is_pending(), is_available(data)),
        )()


def _draw_download() -> None:
    if DOWNLOAD_COMMANDS.is_pending():
        fraction = min(download.num_bytes_downloaded() / download.DOWNLOAD_BYTES, 1.0)
        st.progress(
            fraction, text=f"Downloading Fashion-MNIST from Zalando's mirror: {fraction:.0%}"
        )
        return
    with st.container(border=True):
        st.markdown(
            "**Fashion-MNIST is not on this machine.** Download it once from Zalando's mirror, or "
            "train on synthetic garments, which need no download."
        )
        if error := DOWNLOAD_COMMANDS.error(DOWNLOAD_COMMAND):
            st.error(error)
        if st.button(DOWNLOAD_LABEL, icon=":material/download:", key="download"):
            DOWNLOAD_COMMANDS.request(DOWNLOAD_COMMAND, "fmnist_core", *DOWNLOAD_COMMAND.split())
            st.rerun()
