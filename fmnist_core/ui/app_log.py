"""What the app itself writes to the log of the lab: its start, and the errors of its pages."""

import logging
import traceback
from functools import cache

import streamlit as st

from fmnist_core import paths, server_log
from fmnist_core.server_log import LogEvent
from fmnist_core.ui import visits

STREAMLIT_LOGGER = "streamlit.error_util"
"""The logger to which Streamlit 1.67 reports an exception of a page or a fragment."""


class PageErrorHandler(logging.Handler):
    """Note the class and the place of an exception; Streamlit prints the whole traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        exception = record.exc_info[1] if record.exc_info else None
        if exception is None:
            return
        _, place = server_log.locate("".join(traceback.format_exception(exception)))
        server_log.write(
            paths.runs_folder(),
            LogEvent.PAGE_ERROR,
            page=st.session_state.get(visits.state_key("page"), ""),
            error=type(exception).__name__,
            place=place,
        )


@cache
def start() -> None:
    """Note that the app has started, and from now on its errors; once per server."""
    server_log.write(paths.runs_folder(), LogEvent.APP_STARTED)
    logging.getLogger(STREAMLIT_LOGGER).addHandler(PageErrorHandler())
