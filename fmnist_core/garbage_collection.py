"""Keep Python's garbage collector fast in a server that has loaded large libraries.

A full collection walks all objects that may be in cycles: with torch, timm and three models
480,000 of them, which takes 270 ms and holds up every session. `gc.freeze` exempts the objects that
exist from later collections. They are still freed when nothing refers to them; only cycles among
them stay, until the next thorough freeze. The collections that Streamlit itself makes after every
script are off (`.streamlit/config.toml`); Python's own, as objects accumulate, stay on.
"""

import gc
import sys
import threading
import time

THOROUGH_SECONDS = 300.0
"""A freeze at least this long after the last thorough one also collects what is frozen."""
NEW_MODULES = 50
"""Modules that must have been imported since the last freeze for another one to pay."""


class Freezer:
    """Exempts existing objects from later garbage collections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thorough_at = float("-inf")
        self._num_modules = 0

    def freeze(self) -> None:
        """Exempt all objects that exist; does nothing outside a Streamlit server.

        Call it after loading something large that stays, such as a model.
        """
        if not _is_server():
            return
        with self._lock:
            self._num_modules = len(sys.modules)
            now = time.monotonic()
            if now - self._thorough_at >= THOROUGH_SECONDS:
                # Cycles among frozen objects, of sessions that have ended since, would stay.
                gc.unfreeze()
                self._thorough_at = now
            gc.collect()
            gc.freeze()

    def freeze_imports(self) -> None:
        """Exempt all objects that exist, if many modules were imported since the last freeze."""
        if len(sys.modules) - self._num_modules >= NEW_MODULES:
            self.freeze()


FREEZER = Freezer()
"""The freezer of this process."""


def _is_server() -> bool:
    """Whether a Streamlit server runs in this process; does not import Streamlit."""
    runtime = sys.modules.get("streamlit.runtime")
    return runtime is not None and bool(runtime.exists())
