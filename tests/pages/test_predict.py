"""The page without a browser: what a link brings, no model, damaged ones, no data."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.image_input.sources import WAYS
from fmnist_core.runs import weights
from fmnist_core.ui import image_links
from tests.apptest import html, open_page


def predict_page(**params: str) -> AppTest:
    return open_page("pages/predict.py", **params)


def picked(app) -> list[str]:
    (chosen,) = [each.value for each in app.multiselect if each.label == "Models that answer"]
    return chosen


def go(app, title: str) -> AppTest:
    (ways,) = [each for each in app.button_group if each.label == "How a garment comes in"]
    ways.set_value(title).run()
    assert not app.exception
    return app


def test_ships_with_three_models_that_wait_for_a_stroke():
    app = predict_page()
    assert picked(app) == ["cnn", "mlp", "resnet50"]
    assert "Draw a garment" in html(app)
    assert "never written to disk" in app.caption[-1].value


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.title)
def test_every_way_in_comes_up(way):
    app = go(predict_page(models="cnn-lite"), way.title)
    assert "data-model" in html(app)


@pytest.mark.real_data
def test_link_to_a_test_image():
    app = predict_page(models="cnn,mlp", test="12")
    assert picked(app) == ["cnn", "mlp"]
    shown = html(app)
    assert "Both models say Sneaker." in shown
    assert "True class: Sneaker" in shown
    assert app.query_params["test"] in ("12", ["12"])


def test_link_to_a_drawn_test_image():
    shown = html(predict_page(models="cnn-lite", test="3", data="drawn"))
    assert "True class" in shown


@pytest.mark.parametrize("test", ["10000", "-1", "x", "1" * 30, "٣"])
def test_link_to_no_test_image_is_said(test):
    app = predict_page(models="cnn-lite", test=test)
    assert "has those from 0 to 9,999" in app.warning[0].value


def test_link_to_unknown_models_is_said():
    app = predict_page(models="nobody,cnn-lite,<b>")
    assert "nobody" in app.warning[0].value
    assert picked(app) == ["cnn-lite"]


def test_no_model_chosen():
    app = predict_page(models="")
    assert "Choose a model" in app.info[0].value


def test_no_model_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = go(predict_page(), "Drawn garment")
    assert "No model is here yet" in app.info[0].value


@pytest.mark.usefixtures("_no_data")
def test_without_data_the_test_images_are_offered():
    app = go(predict_page(models="cnn-lite"), "Test image")
    assert any("is not on this machine" in each.value for each in app.markdown)


@pytest.fixture
def _no_data(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))


def test_drawn_garment_is_answered_and_another_differs():
    app = go(predict_page(models="cnn-lite,mlp"), "Drawn garment")
    first = html(app)
    assert 'data-model="CNN-lite"' in first
    assert "True class: T-shirt/top" in first
    next(each for each in app.button if each.label.endswith("Another")).click().run()
    assert html(app) != first


def test_damaged_model_is_told_in_its_card_and_the_others_answer(make_run):
    run = make_run(name="Broken one", finished=True)
    weights.write_tensors(run.weights_file, {"nothing": torch.zeros(1)})
    app = go(predict_page(models=f"{run.id},cnn-lite"), "Drawn garment")
    shown = html(app)
    assert "does not fit the model" in shown
    assert 'data-answer=""' in shown
    assert "CNN-lite says" in shown


def test_address_leads_back():
    params = image_links.to_params(["a", "b"], test=7, data="drawn")
    asked = image_links.from_params(params)
    assert (asked.models, asked.test, asked.data) == (("a", "b"), 7, "drawn")
    assert image_links.address("predict", ["a"], test=7, data="fashion-mnist") == (
        "predict?models=a&test=7"
    )
    link = image_links.address("predict", ["a & b", "ü#1"], test=7, data="drawn")
    assert dict(parse_qsl(link.partition("?")[2]))["models"] == "a & b,ü#1"


def test_answers_are_kept_for_the_same_image_alone():
    from fmnist_core.ui import cached_predictions

    app = go(predict_page(models="cnn-lite"), "Drawn garment")
    image, kept = app.session_state[cached_predictions.KEPT]
    assert len(image) == 28 * 28
    (said,) = kept.values()
    assert np.isclose(said.probabilities.sum(), 1)
