"""The page without a browser: every view, what a link brings, no model, damaged ones, no data."""

import io

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.explain_page import compute
from fmnist_core.explain_page.views import VIEWS
from fmnist_core.image_input import canvas, draw, sources, upload
from fmnist_core.runs import epoch_checkpoints, weights
from fmnist_core.training.events import Snapshot
from fmnist_core.training.state import build_model
from fmnist_core.ui import dataset_status
from tests import factories
from tests.apptest import APP, html, open_page

MISTAKE = 23
"""An ankle boot that the CNN takes for a sandal."""
drawn_only = {"test": "3", "data": "drawn"}


def explain_page(**params: str) -> AppTest:
    return open_page("pages/explain.py", **params)


def texts(app) -> str:
    elements = [*app.markdown, *app.caption, *app.info, *app.warning]
    return " ".join(each.value for each in elements)


def choose(app, label: str, value: str) -> AppTest:
    (box,) = [each for each in app.selectbox if each.label == label]
    box.set_value(value).run()
    assert not app.exception
    return app


def methods(app, *keys: str) -> AppTest:
    (box,) = [each for each in app.multiselect if each.label == "Methods"]
    box.set_value(list(keys)).run()
    assert not app.exception
    return app


def view_of(app) -> str:
    (views,) = [each for each in app.button_group if each.label == "View"]
    return views.value


def test_opens_with_a_picture_and_its_heatmaps():
    app = explain_page(models="cnn-lite,mlp", **drawn_only)
    shown = html(app)
    assert 'data-method="gradcam"' in shown
    assert 'alt="Grad-CAM of CNN-lite"' in shown
    assert "True class" in shown


def test_mlp_is_explained_without_feature_maps_and_it_says_why():
    app = explain_page(models="mlp", **drawn_only)
    shown = html(app)
    assert 'data-method="input-gradient"' in shown
    assert 'data-method="occlusion"' in shown
    assert "MLP has no feature maps" in texts(app).replace("\\", "")


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_comes_up_by_its_link(view):
    app = explain_page(models="cnn-lite", view=view, **drawn_only)
    assert view_of(app) == view
    assert app.query_params["view"] in (view, [view])


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_without_a_model(tmp_path, monkeypatch, view):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = explain_page(view=view)
    assert "No model is here yet" in app.info[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_with_a_damaged_model_beside_a_whole_one(make_run, view):
    run = make_run(name="Broken one", finished=True)
    weights.write_tensors(run.weights_file, {"nothing": torch.zeros(1)})
    app = explain_page(models=f"{run.id},cnn-lite", view=view, **drawn_only)
    said = html(app) + texts(app).replace("\\", "")
    told = {"many": "has no predictions.safetensors", "training": "No run here has kept its epochs"}
    assert told.get(view, "does not fit the model") in said


@pytest.mark.usefixtures("_no_data")
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_without_data_shows_a_drawn_garment_or_offers_to_fetch(view):
    app = explain_page(models="cnn-lite", view=view)
    said = html(app) + texts(app)
    assert "is not on this machine" in said or "True class: T-shirt/top" in said


@pytest.fixture
def _no_data(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))


def test_unknown_view_opens_the_first():
    assert view_of(explain_page(models="cnn-lite", view="<b>", **drawn_only)) == "maps"


def test_several_methods_stand_side_by_side():
    app = methods(explain_page(models="cnn-lite", **drawn_only), "gradcam", "eigencam", "guided")
    shown = html(app)
    for key in ("gradcam", "eigencam", "guided"):
        assert f'data-method="{key}"' in shown
    assert "needs rectified linear units" in shown or 'alt="Guided backpropagation' in shown


def test_no_method_chosen_is_the_first():
    assert 'data-method="gradcam"' in html(methods(explain_page(models="cnn-lite", **drawn_only)))


@pytest.mark.real_data
def test_target_may_be_the_truth_any_class_or_a_contrast():
    app = explain_page(models="cnn", test=str(MISTAKE))
    assert "Why Sandal" in html(app)
    assert "speaks for Ankle boot, which it gives 7%" in html(choose(app, "Why", "the true class"))
    assert "What speaks for Bag, which it gives" in html(choose(app, "Why", "Bag"))
    assert "Why Bag and not Dress" in html(choose(app, "and not", "Dress"))
    (against,) = [each for each in app.selectbox if each.label == "and not"]
    assert "Bag" not in against.options
    assert "Why Ankle boot and not Sandal (7% against 84%)" in html(
        choose(choose(app, "Why", "the true class"), "and not", "its answer")
    )
    assert "cannot be set against itself" in html(choose(app, "Why", "Sandal"))


def test_layer_is_chosen_by_its_place():
    app = explain_page(models="cnn-lite", **drawn_only)
    (box,) = [each for each in app.selectbox if each.label == "CNN-lite"]
    assert box.options[:2] == ["Usual", "1 of 5 · 14×14"]
    shown = html(choose(app, "CNN-lite", "backbone.features.0"))
    assert "Layer 1 of 5, 14×14 places" in shown
    assert "backbone.features.0, " in shown


def test_strip_shows_every_layer():
    shown = html(explain_page(models="cnn-lite", view="layers", **drawn_only))
    assert 'alt="Layer 1"' in shown
    assert 'alt="Layer 5"' in shown


def test_trust_says_a_verdict_with_its_figures():
    app = explain_page(models="cnn-lite", view="trust", **drawn_only)
    assert any(word in texts(app) for word in ("Faithful here", "Doubtful here", "Not faithful"))
    assert html(app).count("<b>✓</b>") + html(app).count("<b>✗</b>") == 4
    assert "Rank correlation with random weights" in html(app)
    (chart,) = app.get("vega_lite_chart")
    assert "marked pixels" in chart.proto.spec


@pytest.mark.real_data
def test_over_many_averages_right_and_wrong_answers_and_shows_the_worst():
    app = explain_page(models="cnn-lite", view="many")
    shown = html(app)
    assert "Right: " in shown
    assert "Taken for " in shown
    assert "recognised)" in shown
    assert shown.count("data-index=") == 12
    assert "Mean of 50 maps" in shown
    assert "explain?models=cnn-lite" in shown


@pytest.mark.real_data
def test_over_many_begins_with_the_cell_that_a_link_names():
    shown = html(explain_page(models="cnn-lite", view="many", cell="24"))
    assert "Why Pullover and not Coat" in shown
    assert "mistaken Pullover)" in shown


@pytest.mark.real_data
@pytest.mark.parametrize("cell", ["x", "66", "²3", "123", "<b>"])
def test_over_many_by_an_odd_link_begins_with_the_commonest_mistake(cell):
    app = explain_page(models="cnn-lite", view="many", cell=cell)
    assert "Why Shirt and not T-shirt/top" in html(app)


def test_drawn_test_image_that_is_not_there_is_said():
    app = explain_page(models="cnn-lite", test="99999", data="drawn")
    assert "has test images 0 to" in app.warning[0].value


def test_without_kept_epochs_the_way_on_is_train():
    app = explain_page(models="cnn-lite", view="training", **drawn_only)
    assert any("No run here has kept its epochs" in each.value for each in app.info)


@pytest.fixture
def kept_run(make_run):
    """A finished run whose three epochs differ by their seeds."""
    run = make_run(
        factories.started(), *map(factories.epoch, (1, 2, 3)), name="Kept", finished=True
    )
    for epoch in (1, 2, 3):
        model = build_model(run.recipe().changed(seed=epoch), torch.device("cpu"))
        tensors = {f"model.{name}": each for name, each in model.state_dict().items()}
        values = {"epoch": epoch, "step_in_epoch": 0}
        epoch_checkpoints.keep(run, Snapshot(step=10 * epoch, tensors=tensors, values=values))
    return run


def test_slider_moves_map_bars_and_matrix_together(kept_run):
    app = explain_page(models="cnn-lite", view="training", **drawn_only)
    (slider,) = [each for each in app.select_slider if each.label == "Epoch"]
    assert list(slider.options) == ["1", "2", "3"]
    before = html(app)
    assert 'data-epoch="3"' in before
    slider.set_value(1).run()
    assert not app.exception
    assert 'data-epoch="1"' in html(app)
    assert "after epoch 1" in texts(app)
    assert html(app) != before
    assert kept_run.saved_epochs() == [1, 2, 3]


def test_damaged_epoch_is_told_and_the_others_are_shown(kept_run):
    kept_run.epoch_file(2).write_bytes(b"nothing")
    app = explain_page(models="cnn-lite", view="training", **drawn_only)
    assert "The weights of epoch 2 cannot be read" in texts(app)
    (slider,) = [each for each in app.select_slider if each.label == "Epoch"]
    assert list(slider.options) == ["1", "3"]


@pytest.mark.usefixtures("kept_run")
def test_through_training_needs_no_other_model_and_names_the_class():
    app = explain_page(models="", view="training", **drawn_only)
    shown = html(app)
    assert "Input gradient after epoch 3. Why " in shown
    assert "data-predicted" not in shown  # what other models say is of no interest here


def test_over_many_of_a_run_without_weights_is_told(make_run):
    run = make_run(name="Light", finished=True)
    labels = dataset_status.load_test_set("drawn")[1]
    weights.write_tensors(
        run.predictions_file,
        {
            "probabilities": torch.eye(10)[torch.from_numpy(labels)].half(),
            "labels": torch.from_numpy(labels).byte(),
        },
    )
    app = explain_page(models=run.id, view="many")
    assert "has no weights" in texts(app).replace("\\", "")


def test_what_is_worked_out_of_a_picture_stays_with_its_browser():
    """An upload is in no one else's memory, and goes with its session."""
    app = explain_page(models="cnn-lite", **drawn_only)
    assert len(app.session_state[compute.CACHE_KEY]) == 1
    assert compute.CACHE_KEY not in explain_page(models="", **drawn_only).session_state


def test_unfamiliar_picture_is_marked_beside_its_model():
    app = explain_page(models="cnn-lite")
    app.session_state[upload.IMAGE_KEY] = "noise.png", noise()
    app.session_state[sources.SOURCE_KEY] = sources.UPLOAD.key
    app.run()
    assert not app.exception
    assert "· unfamiliar</b>" in html(app)
    assert "Adjust it" in " ".join(each.proto.label for each in app.get("page_link"))


def noise() -> bytes:
    """A picture file of 28×28 grey pixels at random."""
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_downloads_stand_below_the_maps():
    app = explain_page(models="cnn-lite", **drawn_only)
    assert [each.label for each in app.get("download_button")][:2] == ["Picture", "Numbers"]


def test_what_was_drawn_on_predict_is_explained_here():
    pixels = np.full((320, 320, 4), 255, dtype=np.uint8)
    pixels[60:260, 100:220, :3] = 0
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.session_state[canvas.drawing_key(draw.CANVAS)] = canvas.SavedDrawing(
        "", {"objects": [{}]}, pixels
    app.session_state[sources.SOURCE_KEY] = sources.DRAW.key
    app.switch_page("pages/explain.py").run()
    assert not app.exception
    shown = html(app)
    assert "over the original" in shown


def test_opens_with_a_picture_after_an_empty_canvas_on_predict():
    app = open_page("pages/predict.py", models="cnn-lite")
    app.switch_page("pages/explain.py").run()
    assert 'data-method="gradcam"' in html(app)
    (ways,) = [each for each in app.button_group if each.label == "Image source"]
    ways.set_value("draw").run()  # a choice made here counts
    assert "Draw a garment" in html(app)
