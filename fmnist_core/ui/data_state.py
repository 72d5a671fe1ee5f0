"""Whether the data are here, and the way to get them when the user asks for it."""

import subprocess
import sys
import threading

import streamlit as st

from fmnist_core import paths
from fmnist_core.data import mirror, sources
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.ui import wording

POLL_SECONDS = 0.5
DOWNLOAD_WORDS = f"Download ({wording.memory(mirror.DOWNLOAD_BYTES)})"


class Download:
    """At most one at a time, whoever asks for it, in a process of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.running = False
        self.problem: str | None = None
        """Why the last one failed, in its own words."""

    def start(self) -> None:
        with self._lock:
            if self.running:
                return
            self.running, self.problem = True, None
        threading.Thread(target=self._fetch, daemon=True).start()

    def _fetch(self) -> None:
        command = [sys.executable, "-m", "fmnist_core", "data", "fetch"]
        finished = subprocess.run(command, capture_output=True, cwd=paths.PROJECT, check=False)
        if finished.returncode:
            lines = finished.stderr.decode(errors="replace").strip().splitlines()
            self.problem = lines[-1] if lines else "The download ended without a word."
        self.running = False


@st.cache_resource(show_spinner=False)
def _download() -> Download:
    return Download()


def ready(data: DatasetKey) -> bool:
    """Whether a run on `data` can start; drawn garments always can."""
    return data == "drawn" or sources.serving_source() is not None


def offer(data: DatasetKey) -> None:
    """Where `data` are missing: say so, and offer to fetch them."""
    with st.container():
        if ready(data):
            return
        st.fragment(_offer, run_every=POLL_SECONDS if _download().running else None)()


def _offer() -> None:
    download = _download()
    if download.running:
        share = min(mirror.bytes_fetched() / mirror.DOWNLOAD_BYTES, 1.0)
        st.progress(share, text=f"Fetching Fashion-MNIST from Zalando's mirror: {share:.0%}")
        return
    if ready("fashion-mnist"):
        st.rerun()  # the whole page has waited for it
    with st.container(border=True):
        st.markdown(
            "**Fashion-MNIST is not on this machine.** Download it once from Zalando's mirror, or "
            "train on drawn garments, which need nothing."
        )
        if download.problem:
            st.error(download.problem)
        if st.button(DOWNLOAD_WORDS, icon=":material/download:", key="download"):
            download.start()
            st.rerun()
