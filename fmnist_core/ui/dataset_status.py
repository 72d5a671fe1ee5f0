"""Whether the data are here, their test images, and the way to get them when the user asks."""

import numpy as np
import streamlit as st

from fmnist_core import formatting
from fmnist_core.data import datasets, download, sources
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.jobs.background import BackgroundCommands
from fmnist_core.ui import polling

POLL_SECONDS = 0.5
FETCH = "data fetch"
DOWNLOAD_LABEL = f"Download ({formatting.format_bytes(download.DOWNLOAD_BYTES)})"
_errands = BackgroundCommands()


def is_available(data: DatasetKey) -> bool:
    """Whether a run on `data` can start; drawn garments always can."""
    return data == "drawn" or sources.available_source() is not None


@st.cache_resource(max_entries=2, ttl=600, show_spinner=False)
def load_test_set(data: DatasetKey) -> tuple[np.ndarray, np.ndarray]:
    """Test images and labels, loaded once for all browsers; raises `DataError`."""
    return datasets.load_test_set(data)


def offer_download(data: DatasetKey) -> None:
    """Where `data` are missing: say so, and offer to fetch them."""
    with st.container():
        if is_available(data):
            return
        every = POLL_SECONDS if _errands.is_working() else None
        polling.poll(_offer, every=every, watch=lambda: (_errands.is_working(), is_available(data)))()


def _offer() -> None:
    if _errands.is_working():
        share = min(download.num_bytes_downloaded() / download.DOWNLOAD_BYTES, 1.0)
        st.progress(share, text=f"Fetching Fashion-MNIST from Zalando's mirror: {share:.0%}")
        return
    with st.container(border=True):
        st.markdown(
            "**Fashion-MNIST is not on this machine.** Download it once from Zalando's mirror, or "
            "train on drawn garments, which need nothing."
        )
        if problem := _errands.problem(FETCH):
            st.error(problem)
        if st.button(DOWNLOAD_LABEL, icon=":material/download:", key="download"):
            _errands.request(FETCH, "fmnist_core", *FETCH.split())
            st.rerun()
