"""The Home page: the canvas's answers, the first run, the path, the models and the machine."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.home_page import answer_cards, first_run, model_catalog, steps
from fmnist_core.image_input import canvas, draw
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.run import RunState
from fmnist_core.ui import run_list
from tests import factories
from tests.apptest import html, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")
HOME = "pages/home.py"


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def test_headings_are_in_order() -> None:
    app = open_page(HOME)
    assert [title.value for title in app.title] == ["Fashion-MNIST Lab"]
    assert "<h2>Draw a piece of clothing." in html(app)
    assert len(app.header) == 3


def test_example_models_wait_for_a_drawing() -> None:
    page = html(open_page(HOME))
    assert 'data-model="CNN for photos" data-predicted=""' in page
    assert 'data-model="MLP" data-predicted=""' in page
    assert answer_cards.INVITATION in page


@pytest.mark.parametrize("label", [0, 8], ids=["T-shirt", "bag"])
def test_both_models_recognize_an_example_drawing(label: int) -> None:
    app = open_page(HOME)
    app.button(key=f"example-{label}").click().run()
    assert not app.exception
    assert f'data-model="CNN for photos" data-predicted="{CLASSES[label]}"' in html(app)
    assert f"Both say {CLASSES[label]}." in html(app)
    assert canvas.drawing_key(draw.CANVAS) in app.session_state


def test_without_any_finished_run_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_list, "runs", list)
    app = open_page(HOME)
    assert answer_cards.NO_MODELS in html(app)
    assert app.button(key="train first")


@pytest.mark.usefixtures("no_dispatcher")
def test_first_run_starts_at_once_and_opens_train() -> None:
    app = open_page(HOME)
    assert "(about 30 s)" in app.button(key="train first").label
    app.button(key="train first").click().run()
    assert not app.exception
    (run,) = (run for run in run_list.runs() if not run.is_example)
    assert run.state is RunState.QUEUED
    assert run.recipe == first_run.PRESET.recipe.changed(data="drawn")
    assert [title.value for title in app.title] == ["Train"]
    assert app.query_params["run"] == run.id


def test_every_step_is_a_link_with_its_sentence() -> None:
    app = open_page(HOME)
    assert {step.text for step in steps.STEPS} <= set(captions(app))
    labels = [link.label for link in app.get("page_link")]
    assert {step.title for step in steps.STEPS} <= set(labels)


def test_every_model_can_be_tried_and_trained() -> None:
    app = open_page(HOME)
    assert "home-spec" not in html(app)
    app.session_state[model_catalog.OPEN] = True
    app.run()
    links = [(link.label, link.query_string) for link in app.get("page_link")]
    assert ("Try", "models=cnn") in links
    assert ("Train", "preset=mlp-quick") in links
    assert sum(label == "Train" and bool(query) for label, query in links) == len(MODELS)


def test_without_the_data_set_the_classes_are_synthetic_and_marked() -> None:
    app = open_page(HOME)
    assert all(f'alt="{name}"' in html(app) for name in CLASSES)
    assert "Drawn by this program" in " ".join(captions(app))
    assert app.button(key="download")


def test_finished_runs_are_counted(make_run: MakeRun) -> None:
    before = num_finished()
    make_run(*factories.training_events(), finished=True)
    make_run(*factories.training_events(), run_id="unfinished")
    st.cache_resource.clear()
    assert num_finished() == before + 1


def num_finished() -> int:
    match = re.search(r"(\d+) finished runs", html(open_page(HOME)))
    assert match is not None
    return int(match[1])


@pytest.mark.usefixtures("no_dispatcher")
def test_own_network_that_waits_or_trains_is_one_click_away() -> None:
    app = open_page(HOME)
    app.button(key="train first").click().run()
    app.switch_page(HOME).run()
    assert app.button(key="train first").label.startswith("Train another network")
    labels = [link.proto.label for link in app.get("page_link")]
    assert "Your network is waiting in the queue: watch it" in labels
