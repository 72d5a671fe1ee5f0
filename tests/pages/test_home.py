"""The Home page: the classes, links to the other pages, and what is ready."""

import re

import pytest
import streamlit as st

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.ui.page import PAGES
from tests import factories
from tests.apptest import html, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


def test_without_the_data_set_the_classes_are_synthetic_and_marked() -> None:
    app = open_page("pages/home.py")
    assert all(f'alt="{name}"' in html(app) for name in CLASSES)
    assert "Drawn by this program" in " ".join(caption.value for caption in app.caption)
    assert app.button(key="download")


def test_every_other_page_is_linked_with_its_summary() -> None:
    app = open_page("pages/home.py")
    captions = [caption.value for caption in app.caption]
    assert all(entry.summary in captions for entry in PAGES if not entry.is_home)


def test_finished_runs_are_counted(make_run: MakeRun) -> None:
    before = num_finished()
    make_run(*factories.training_events(), finished=True)
    make_run(*factories.training_events(), run_id="unfinished")
    st.cache_resource.clear()
    assert num_finished() == before + 1


def num_finished() -> int:
    texts = [element.value for element in open_page("pages/home.py").markdown]
    (match,) = filter(None, (re.fullmatch(r"\*\*(\d+) finished runs?\*\*", text) for text in texts))
    return int(match[1])
