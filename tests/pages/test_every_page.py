"""Every page opens, whatever runs there are."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from fmnist_core import paths
from fmnist_core.training import events
from fmnist_core.ui.navigation import PAGES
from tests import factories
from tests.apptest import APP, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


def no_run(_: MakeRun) -> None:
    """A fresh clone."""


def queued_run(make_run: MakeRun) -> None:
    make_run()


def finished_run(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), finished=True)


def damaged_runs(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="b").recipe_file.write_text('{"model": "ml')
    make_run(*factories.training_events(), run_id="c", finished=True).report_file.write_text("[]")
    make_run(*factories.training_events(), run_id="d").metadata_file.write_text("")
    make_run(*factories.training_events(), run_id="e").events_file.write_bytes(
        b'\xff\n{"type": "st'
    )


def every_ending(make_run: MakeRun) -> None:
    make_run(*factories.training_events(epochs=1), events.Stopped(reason="By hand."), run_id="a")
    make_run(
        *factories.training_events(epochs=1),
        events.Failed(reason="NaN.", traceback="…"),
        run_id="b",
    )
    make_run(*factories.training_events(epochs=1), events.Interrupted(reason="Killed."), run_id="c")
    make_run(*factories.training_events(epochs=1), run_id="d")


def a_hundred_runs(make_run: MakeRun) -> None:
    for number in range(100):
        make_run(
            *factories.training_events(),
            run_id=f"run-{number}",
            name=f"Run {number}",
            finished=True,
        )


LABS = (no_run, queued_run, finished_run, damaged_runs, every_ending, a_hundred_runs)


@pytest.mark.parametrize("fill", LABS)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_page_opens(entry: object, fill: Callable[..., None], make_run: MakeRun) -> None:
    fill(make_run)
    app = open_page(entry.file)
    assert entry.title in app.title[0].value or entry.is_home


def test_no_page_waits_for_torch() -> None:
    files = [entry.file for entry in PAGES]
    script = f"""
import sys
import streamlit as st
from streamlit.testing.v1 import AppTest
from fmnist_core.ui import cached_predictions, model_picker
model_picker.preload = lambda models: None  # what Predict does once it is drawn
cached_predictions.predict = lambda *_, **__: st.stop()  # what Explain does after its controls
type(st.context).cookies = {{}}  # AppTest's own cookies are mocks
app = AppTest.from_file({APP!r}, default_timeout=30).run()
for file in {files!r}:
    assert not app.switch_page(file).run().exception
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=paths.PROJECT, timeout=120)
