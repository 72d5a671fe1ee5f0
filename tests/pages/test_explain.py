"""Explain without a browser: every view, links, no models, damaged models, no data."""

import io

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.attribution import verdict
from fmnist_core.explain_page import faithfulness, view_row
from fmnist_core.explain_page.request import TargetChoice
from fmnist_core.explain_page.views import VIEWS
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.image_input import canvas, draw, sources, upload
from fmnist_core.runs import epoch_checkpoints, weights
from fmnist_core.serving import ood_limits
from fmnist_core.serving.ood_limits import UNSURE_LABEL
from fmnist_core.training.events import Snapshot
from fmnist_core.training.state import build_model
from fmnist_core.ui import dataset_status
from tests import factories
from tests.apptest import APP, html, open_page

MISTAKE = 23
"""Index of an ankle boot that the CNN classifies as a sandal."""
SYNTHETIC = {"test": "3", "data": "drawn"}
LEVELS = {
    verdict.YES: "faithful",
    verdict.BE_CAREFUL: "doubtful",
    verdict.CANNOT_TELL: "doubtful",
    verdict.NO: "not faithful",
}


def explain_page(**params: str) -> AppTest:
    return open_page("pages/explain.py", **params)


def texts(app) -> str:
    elements = [*app.header, *app.markdown, *app.caption, *app.info, *app.warning]
    return " ".join(element.value for element in elements).replace("\\", "")


def choose(app, label: str, value: object) -> AppTest:
    (box,) = [box for box in app.selectbox if box.label == label]
    box.set_value(value).run()
    assert not app.exception
    return app


def choose_methods(app, *keys: str) -> AppTest:
    (box,) = [box for box in app.multiselect if box.label == "Methods"]
    box.set_value(list(keys)).run()
    assert not app.exception
    return app


def open_view(app) -> str:
    (views,) = [group for group in app.button_group if group.label == "View"]
    return views.value


def test_opens_with_an_image_and_its_heatmaps():
    app = explain_page(models="cnn-lite,mlp", **SYNTHETIC)
    shown = html(app)
    assert 'data-method="gradcam"' in shown
    assert 'alt="Grad-CAM of CNN-lite"' in shown
    assert "Actually: " in shown


def test_mlp_is_explained_without_feature_maps_and_the_page_says_why():
    app = explain_page(models="mlp", **SYNTHETIC)
    shown = html(app)
    assert 'data-method="input-gradient"' in shown
    assert 'data-method="occlusion"' in shown
    assert "MLP has no feature maps" in texts(app)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_opens_by_its_link(view):
    app = explain_page(models="cnn-lite", view=view, **SYNTHETIC)
    assert open_view(app) == view
    assert app.query_params["view"] in (view, [view])


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_without_a_model(tmp_path, monkeypatch, view):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = explain_page(view=view)
    message = "No run has saved its weights" if view == "training" else "No models yet"
    assert message in app.info[0].value


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_with_a_damaged_model_beside_a_whole_one(make_run, view):
    run = make_run(name="Broken one", finished=True)
    weights.write_tensors(run.weights_file, {"nothing": torch.zeros(1)})
    app = explain_page(models=f"{run.id},cnn-lite", view=view, **SYNTHETIC)
    messages = {
        "many": "has no predictions.safetensors",
        "training": 'data-epoch="1"',
    }
    message = messages.get(view, "does not fit the model")
    assert message in html(app) + texts(app)


@pytest.mark.usefixtures("_no_data")
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_without_data_shows_a_synthetic_garment_or_offers_the_download(view):
    app = explain_page(models="cnn-lite", view=view)
    text = html(app) + texts(app)
    assert "is not on this machine" in text or "Actually: Coat" in text


@pytest.fixture
def _no_data(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))


def test_unknown_view_opens_the_first_and_says_so():
    app = explain_page(models="cnn-lite", view="<b>", **SYNTHETIC)
    assert open_view(app) == "maps"
    assert "which doesn't exist" in app.warning[0].value


@pytest.mark.real_data
def test_opens_with_a_picture_that_teaches_something_and_a_sentence_about_it():
    app = explain_page()
    assert "CNN for photos says Coat, 97% sure, and that's right" in texts(app)
    assert "lies on the garment, mainly on its middle" in texts(app)


def test_every_view_has_its_headings_in_order():
    for view in VIEWS:
        app = explain_page(models="cnn-lite", view=view, **SYNTHETIC)
        assert len(app.title) == 1
        assert len(app.header) >= 2
        assert not app.subheader  # no level is left out


def test_several_methods_are_shown_side_by_side():
    app = choose_methods(
        explain_page(models="cnn-lite", **SYNTHETIC), "gradcam", "eigencam", "guided"
    )
    shown = html(app)
    for key in ("gradcam", "eigencam", "guided"):
        assert f'data-method="{key}"' in shown
    assert "needs rectified linear units" in shown or 'alt="Guided backpropagation' in shown


def test_without_a_chosen_method_the_default_is_used():
    assert 'data-method="gradcam"' in html(
        choose_methods(explain_page(models="cnn-lite", **SYNTHETIC))
    )


@pytest.mark.real_data
def test_target_may_be_the_true_class_any_class_or_a_contrast():
    app = explain_page(models="cnn", test=str(MISTAKE))
    assert "Why Sandal" in html(app)
    assert "Evidence for Ankle boot (7%)" in html(choose(app, "Explain", TargetChoice.LABEL))
    assert "Evidence for Bag (" in html(choose(app, "Explain", CLASSES.index("Bag")))
    assert "Why Bag and not Dress" in html(choose(app, "Instead of", CLASSES.index("Dress")))
    (against,) = [box for box in app.selectbox if box.label == "Instead of"]
    assert "Bag" not in against.options
    choose(app, "Explain", TargetChoice.LABEL)
    assert "Why Ankle boot and not Sandal (7% vs. 84%)" in html(
        choose(app, "Instead of", TargetChoice.PREDICTED)
    )
    app = choose(app, "Explain", CLASSES.index("Sandal"))
    assert "cannot be compared with itself" in html(app)


def test_layer_is_chosen_by_its_position():
    app = explain_page(models="cnn-lite", **SYNTHETIC)
    (box,) = [box for box in app.selectbox if box.label == "Layer of CNN-lite"]
    assert box.options[0] == "1 of 5 (14 × 14 grid)"
    assert [title for title in box.options if "default" in title] == [box.options[box.index]]
    shown = html(choose(app, "Layer of CNN-lite", "backbone.features.0"))
    assert "Layer 1 of 5 (14 × 14 grid)" in shown
    assert "backbone.features.0, " in shown


def test_strip_shows_the_layers_with_a_map_and_counts_the_others():
    app = explain_page(models="cnn-lite", view="layers", **SYNTHETIC)
    assert 'alt="Layer 1"' in html(app)
    num_shown = html(app).count('alt="Layer ')
    assert num_shown < 5
    assert "Not shown: " in texts(app)


def test_layers_of_a_model_without_feature_maps_lead_to_the_example_cnn():
    app = explain_page(models="mlp", view="layers", **SYNTHETIC)
    assert "No layer of MLP keeps the picture together" in texts(app)
    assert "most important" not in html(app)
    app.button(key="example layers").click().run()
    assert not app.exception
    assert 'alt="Layer 1"' in html(app)


def test_faithfulness_has_a_verdict_with_its_numbers():
    app = explain_page(models="cnn-lite", view="trust", **SYNTHETIC)
    icon, headline = app.header[0].value.replace("\\", "").split(" ", 1)
    assert icon == faithfulness.ICONS[LEVELS[headline]]
    num_passed, num_failed = (html(app).count(f"<b>{mark}</b>") for mark in "✓✗")
    assert num_passed + num_failed == 4
    assert (headline == verdict.YES) == (num_failed == 0)
    assert "Rank correlation with random weights" in html(app)
    (chart,) = app.get("vega_lite_chart")
    assert "highlighted pixels" in chart.proto.spec


@pytest.mark.real_data
def test_class_overview_averages_correct_and_wrong_predictions_and_shows_the_worst():
    app = explain_page(models="cnn-lite", view="many")
    shown = html(app)
    assert "Correct: " in shown
    assert "Predicted as " in shown
    assert "correct)" in shown
    assert shown.count("data-index=") == 12
    assert "Average of 50 heatmaps" in shown
    links = [link.proto for link in app.get("page_link") if link.proto.label.startswith("no. ")]
    assert len(links) == 12
    assert not app.get("html")[0].proto.body.count("_blank")


@pytest.mark.real_data
def test_class_overview_opens_the_cell_of_a_link():
    shown = html(explain_page(models="cnn-lite", view="many", cell="24"))
    assert "Why Pullover and not Coat" in shown
    assert "misclassified Pullover image" in shown


@pytest.mark.real_data
@pytest.mark.parametrize("cell", ["x", "66", "²3", "123", "<b>"])
def test_class_overview_ignores_an_invalid_cell(cell):
    app = explain_page(models="cnn-lite", view="many", cell=cell)
    assert "Why Shirt and not T-shirt/top" in html(app)


def test_unknown_synthetic_test_image_is_a_warning():
    app = explain_page(models="cnn-lite", test="99999", data="drawn")
    assert "has test images 0 to" in app.warning[0].value


def test_without_saved_epochs_the_page_leads_to_train(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = explain_page(view="training", **SYNTHETIC)
    assert any("No run has saved its weights" in info.value for info in app.info)


def test_through_training_opens_with_the_run_that_ships_its_epochs():
    app = explain_page(models="cnn", view="training", **SYNTHETIC)
    (slider,) = [slider for slider in app.select_slider if slider.label == "Epoch"]
    assert list(slider.options) == [str(epoch) for epoch in range(1, 9)]
    assert slider.value == 1
    assert "Grad-CAM after epoch 1. " in html(app)
    assert not [box for box in app.multiselect if "models" in box.label]  # no choice of models
    assert app.query_params["models"] in ("cnn", ["cnn"])  # but they stay picked


@pytest.fixture
def run_with_epochs(make_run):
    """A finished run whose three epochs differ by their seeds."""
    run = make_run(
        factories.started(), *map(factories.epoch, (1, 2, 3)), name="With epochs", finished=True
    )
    for epoch in (1, 2, 3):
        model = build_model(run.recipe().changed(seed=epoch), torch.device("cpu"))
        tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
        values = {"epoch": epoch, "step_in_epoch": 0}
        epoch_checkpoints.save(run, Snapshot(step=10 * epoch, tensors=tensors, values=values))
    return run


def epochs_page(run) -> AppTest:
    return explain_page(models=run.id, view="training", **SYNTHETIC)


def test_slider_moves_heatmap_bars_and_matrix_together(run_with_epochs):
    app = epochs_page(run_with_epochs)
    (slider,) = [slider for slider in app.select_slider if slider.label == "Epoch"]
    assert list(slider.options) == ["1", "2", "3"]
    before = html(app)
    assert 'data-epoch="1"' in before
    slider.set_value(3).run()
    assert not app.exception
    assert 'data-epoch="3"' in html(app)
    assert "after epoch 3" in texts(app)
    assert html(app) != before


def test_play_button_starts_and_pauses(run_with_epochs):
    app = epochs_page(run_with_epochs)
    (play,) = [button for button in app.button if button.label == "Play"]
    play.click().run()
    assert not app.exception
    assert [button.label for button in app.button if button.key == "play epochs"] == ["Pause"]
    app.button(key="play epochs").click().run()
    assert [button.label for button in app.button if button.key == "play epochs"] == ["Play"]


@pytest.mark.parametrize("view", VIEWS)
def test_model_that_cannot_process_its_input_size_shows_its_error(too_small_run, view):
    app = explain_page(models=f"{too_small_run.id},cnn-lite", view=view, **SYNTHETIC)
    assert not app.exception
    if view == "maps":
        assert "cannot process images of 32×32 pixels" in html(app)


def test_damaged_epoch_is_a_warning_and_the_others_are_shown(run_with_epochs):
    run_with_epochs.epoch_file(2).write_bytes(b"nothing")
    app = epochs_page(run_with_epochs)
    assert "The weights of epoch 2 cannot be read" in texts(app)
    (slider,) = [slider for slider in app.select_slider if slider.label == "Epoch"]
    assert list(slider.options) == ["1", "3"]


def test_through_training_names_the_class_and_needs_no_feature_maps(run_with_epochs):
    shown = html(epochs_page(run_with_epochs))
    assert "Input gradient after epoch 1. Why " in shown
    assert "data-predicted" not in shown  # no predictions of other models


def test_class_overview_of_a_run_without_weights_shows_its_error(make_run):
    run = make_run(name="Light", data="drawn", finished=True)
    labels = dataset_status.load_test_set("drawn")[1]
    weights.write_tensors(
        run.predictions_file,
        {
            "probabilities": torch.eye(10)[torch.from_numpy(labels)].half(),
            "labels": torch.from_numpy(labels).byte(),
        },
    )
    app = explain_page(models=run.id, view="many")
    assert "has no weights" in texts(app)


def test_out_of_distribution_image_is_marked_beside_its_model(monkeypatch):
    monkeypatch.setattr(ood_limits, "MIN_CONFIDENCE", {**ood_limits.MIN_CONFIDENCE, "photo": 0.99})
    app = explain_page(models="cnn-lite")
    app.session_state[upload.IMAGE_KEY] = "noise.png", noise()
    app.session_state[sources.SOURCE_KEY] = sources.PHOTO.key
    app.run()
    assert not app.exception
    assert f"· {UNSURE_LABEL}</b>" in html(app)
    assert "Mend it" in " ".join(link.proto.label for link in app.get("page_link"))


def noise() -> bytes:
    """A PNG file of 28×28 random gray pixels."""
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_heatmaps_can_be_downloaded():
    app = explain_page(models="cnn-lite", **SYNTHETIC)
    assert [button.label for button in app.get("download_button")][:2] == ["PNG", "CSV"]


@pytest.mark.parametrize("view", list(VIEWS))
def test_drawing_from_predict_is_explained(view):
    pixels = np.full((320, 320, 4), 255, dtype=np.uint8)
    pixels[60:260, 100:220, :3] = 0
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.session_state[view_row.VIEW_KEY] = view
    app.session_state[canvas.drawing_key(draw.CANVAS)] = canvas.SavedDrawing(
        "", {"objects": [{}]}, pixels
    )
    app.session_state[sources.SOURCE_KEY] = sources.DRAW.key
    app.switch_page("pages/explain.py").run()
    assert not app.exception
    if view == "maps":
        assert "over the original" in html(app)


def test_opens_with_an_image_after_an_empty_canvas_on_predict():
    app = open_page("pages/predict.py", models="cnn-lite")
    app.switch_page("pages/explain.py").run()
    assert 'data-method="gradcam"' in html(app)
    (source,) = [group for group in app.button_group if group.label == "Image source"]
    source.set_value("draw").run()  # a choice made here counts
    assert "Draw a garment" in html(app)
