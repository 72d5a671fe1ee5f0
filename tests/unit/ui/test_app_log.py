"""An error of a page or of a part that refreshes is in the log, without what its message quotes."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths, server_log
from fmnist_core.server_log import LogEvent
from fmnist_core.ui import app_log


@pytest.fixture(autouse=True)
def _started() -> Iterator[None]:
    """One handler, also if pages of other tests have started the log."""
    app_log.start.cache_clear()
    logger = logging.getLogger(app_log.STREAMLIT_LOGGER)
    before = list(logger.handlers)
    logger.handlers = [h for h in before if not isinstance(h, app_log.PageErrorHandler)]
    app_log.start()
    yield
    logger.handlers = before


def failing_page() -> None:
    import streamlit as st

    from fmnist_core.runs import store
    from fmnist_core.ui import visits

    visits.enter("page", "Train")
    st.fragment(lambda: store.get_run("Ada's run"))()


def test_the_start_and_an_error_are_logged(runs_folder: Path) -> None:
    app = AppTest.from_function(failing_page).run()
    assert app.exception
    started, failed = server_log.read(paths.runs_folder(), last=10)
    assert started.event is LogEvent.APP_STARTED
    assert (failed.event, failed.page, failed.error) == (LogEvent.PAGE_ERROR, "Train", "RunError")
    assert failed.place.startswith("fmnist_core/runs/store.py:")
    assert "Ada" not in server_log.log_file(runs_folder).read_text()


def test_it_starts_once(runs_folder: Path) -> None:
    app_log.start()
    assert len(server_log.read(runs_folder, last=10)) == 1
