"""The Predict page without a browser: links, sources, batch upload, missing models and data."""

import io
from dataclasses import replace

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.image_input import batch_upload, photo, photo_edits, sources, upload
from fmnist_core.image_input.batch_upload import Batch
from fmnist_core.image_input.input_image import content_key
from fmnist_core.image_input.photo_edits import PhotoEdits
from fmnist_core.preprocessing import image_io
from fmnist_core.preprocessing.zip_uploads import UploadedPicture
from fmnist_core.runs import weights, zoo
from fmnist_core.synthetic.garments import draw_garment_large
from fmnist_core.ui import cached_predictions, own_runs
from tests.apptest import html, open_page

BOOT = 9


def predict_page(**params: str) -> AppTest:
    return open_page("pages/predict.py", **params)


def picked(app) -> list[str]:
    (models,) = [widget for widget in app.multiselect if widget.label == "Choose up to 6 models"]
    return models.value


def open_source(app, key: str) -> AppTest:
    (buttons,) = [group for group in app.button_group if group.label == "Image source"]
    buttons.set_value(key).run()
    assert not app.exception
    return app


def click(app, title: str) -> AppTest:
    next(button for button in app.button if button.label == title).click().run()
    assert not app.exception
    return app


def test_opens_with_two_models_and_an_empty_canvas():
    app = predict_page()
    assert picked(app) == list(zoo.PREDICTING)
    assert "Draw a garment" in html(app)
    assert "never saved" in app.caption[-1].value


@pytest.mark.parametrize("key", sources.SOURCES)
def test_every_source_opens(key):
    app = open_source(predict_page(models="cnn-lite"), key)
    assert "data-model" in html(app)


@pytest.mark.real_data
def test_link_to_a_test_image():
    app = predict_page(models="cnn,mlp", test="12")
    assert picked(app) == ["cnn", "mlp"]
    shown = html(app)
    assert "Both models say Sneaker." in shown
    assert "Actually: Sneaker" in shown
    assert app.query_params["test"] in ("12", ["12"])


def test_link_to_a_synthetic_test_image():
    shown = html(predict_page(models="cnn-lite", test="3", data="drawn"))
    assert "Actually: " in shown


@pytest.mark.parametrize("test", ["10000", "-1", "x", "1" * 30, "٣"])
def test_link_to_an_unknown_test_image_warns(test):
    app = predict_page(models="cnn-lite", test=test)
    assert "has test images 0 to 9,999" in app.warning[0].value


@pytest.mark.parametrize("key", ["upload", "synthetic"])
def test_link_opens_its_source_and_the_page_names_it(key):
    app = predict_page(models="cnn-lite", source=key)
    assert app.session_state[sources.SOURCE_KEY] == key
    assert app.query_params["source"] in (key, [key])


def test_link_to_the_camera_opens_it_and_the_way_back_leads_to_the_upload():
    app = predict_page(models="cnn-lite", source="camera")
    assert app.get("camera_input")
    click(app, "Upload instead")
    assert not app.get("camera_input")
    click(app, "Use the camera")
    assert app.get("camera_input")


def test_link_to_an_unknown_source_warns():
    app = predict_page(models="cnn-lite", source="<b>telescope</b>")
    assert "telescope" in app.warning[0].value
    assert "synthetic" in app.warning[0].value


def test_ones_own_last_run_is_among_the_models(make_run):
    run = make_run(name="Mine", finished=True)
    app = predict_page()
    app.session_state[own_runs.STARTED] = [run.id]
    app.run()
    assert not app.exception
    assert picked(app) == [run.id, *zoo.PREDICTING]


def test_link_to_explain_carries_the_models_and_the_image():
    app = open_source(predict_page(models="cnn-lite"), "synthetic")
    (link,) = [
        element.proto for element in app.get("page_link") if "Why did they" in element.proto.label
    ]
    assert link.query_string == "models=cnn-lite&source=synthetic"


def test_link_to_unknown_models_warns():
    app = predict_page(models="nobody,cnn-lite,<b>")
    assert "nobody" in app.warning[0].value
    assert picked(app) == ["cnn-lite"]


def test_no_model_chosen():
    app = predict_page(models="")
    assert "Choose at least one model" in app.info[0].value


def test_no_model_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = open_source(predict_page(), "synthetic")
    assert "No models yet" in app.info[0].value


@pytest.mark.usefixtures("_no_data")
def test_without_data_the_test_image_source_offers_the_download():
    app = open_source(predict_page(models="cnn-lite"), "test")
    assert any("is not on this machine" in markdown.value for markdown in app.markdown)


@pytest.fixture
def _no_data(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))


def test_synthetic_example_is_predicted_and_another_differs():
    app = open_source(predict_page(models="cnn-lite,mlp"), "synthetic")
    first = html(app)
    assert 'data-model="CNN-lite"' in first
    assert "Actually: T-shirt/top" in first
    next(button for button in app.button if button.label.endswith("Another")).click().run()
    assert html(app) != first


def test_damaged_model_shows_its_error_and_the_others_predict(make_run):
    run = make_run(name="Broken one", finished=True)
    weights.write_tensors(run.weights_file, {"nothing": torch.zeros(1)})
    app = open_source(predict_page(models=f"{run.id},cnn-lite"), "synthetic")
    shown = html(app)
    assert "does not fit the model" in shown
    assert 'data-predicted=""' in shown
    assert "CNN-lite says" in shown


def test_model_that_cannot_process_its_input_size_shows_its_error(too_small_run):
    app = open_source(predict_page(models=f"{too_small_run.id},cnn-lite"), "synthetic")
    shown = html(app)
    assert "cannot process images of 32×32 pixels" in shown
    assert shown.count("data-predicted=") == 2
    assert shown.count('data-predicted=""') == 1


def test_predictions_are_cached_for_the_current_image_only():
    app = open_source(predict_page(models="cnn-lite"), "synthetic")
    (image, origin), cached = app.session_state[cached_predictions.CACHE_KEY]
    assert len(image) == 28 * 28
    assert origin == "test image"
    (prediction,) = cached.values()
    assert np.isclose(prediction.probabilities.sum(), 1)


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def boot_png() -> bytes:
    """A photo of a dark boot on white paper."""
    return png(255 - draw_garment_large(BOOT, 4))


def upload_batch(app, *names: str) -> AppTest:
    """Put boots into the session as the upload widget does, and open the source."""
    pictures = [UploadedPicture(name=name, read=boot_png) for name in names]
    app.session_state[batch_upload.BATCH_KEY] = Batch(file_ids=names, pictures=pictures)
    return open_source(app, "upload")


def test_batch_becomes_a_table_and_waits_for_a_row():
    app = upload_batch(predict_page(models="cnn-lite,mlp"), "a.png", "b.png")
    (table,) = app.dataframe
    assert list(table.value["File"]) == ["a.png", "b.png"]
    assert "Click a row" in html(app)


def test_batch_is_predicted_by_the_chosen_model():
    app = upload_batch(predict_page(models="cnn-lite,mlp"), "a.png")
    assert app.session_state[batch_upload.BATCH_KEY].job.run_id == "cnn-lite"
    (models,) = [group for group in app.button_group if group.label == "Predictions by"]
    models.set_value("MLP").run()
    assert not app.exception
    assert app.session_state[batch_upload.BATCH_KEY].job.run_id == "mlp"


def test_batch_belongs_to_the_upload_source_alone():
    app = upload_batch(predict_page(models="cnn-lite"), "a.png")
    assert not open_source(app, "synthetic").dataframe
    assert open_source(app, "upload").dataframe


def model_input(app) -> bytes:
    """What the models have seen last, as bytes."""
    (image, _), _ = app.session_state[cached_predictions.CACHE_KEY]
    return image


def open_photo(contents: bytes) -> AppTest:
    app = predict_page(models="cnn-lite")
    app.session_state[upload.IMAGE_KEY] = "boot.png", contents
    return open_source(app, "upload")


def test_uploaded_photo_shows_its_outline_and_steps_and_its_colors_can_be_set():
    app = open_photo(boot_png())
    assert any("What models see" in header.value for header in app.header)
    before = model_input(app)
    assert 'class="outlined"' in html(app)
    (contrast,) = [group for group in app.button_group if group.label == "Colors"]
    contrast.set_value("light garment").run()
    assert not app.exception
    assert model_input(app) != before


def test_marks_on_a_photo_change_its_input_and_reset_changes_it_back():
    app = open_photo(boot_png())
    before = model_input(app)
    assert not [button for button in app.button if button.label == "Undo"]
    key = content_key(image_io.decode_image(boot_png(), name="boot.png"))
    app.session_state[photo_edits.EDITS_KEY] = {key: PhotoEdits(marks=((0, 0, 0.5, 1),))}
    app.run()
    assert model_input(app) != before
    click(app, "Reset")
    assert model_input(app) == before


def test_where_no_garment_is_found_the_box_is_at_hand():
    app = open_photo(png(np.full((60, 60, 3), 200, dtype=np.uint8)))
    assert "garment" in app.info[0].value
    (tools,) = [group for group in app.button_group if group.label == "Mend the outline"]
    assert tools.value == "box"
    assert "CNN-lite says" in html(app)


def test_of_a_pair_one_shoe_is_a_click_away(monkeypatch):
    found = photo.preprocess_photo

    def find_pair(pixels, adjustments):
        pair = ((0, 0, 0.5, 1), (0.5, 0, 1, 1)) if adjustments.box is None else ()
        return replace(found(pixels, adjustments), pair=pair, hint="Two shoes." if pair else None)

    monkeypatch.setattr(photo, "preprocess_photo", find_pair)
    app = open_photo(boot_png())
    before = model_input(app)
    click(app, "Use the right shoe")
    assert model_input(app) != before
    assert not [button for button in app.button if "shoe" in button.label]
    click(app, "Undo")
    assert model_input(app) == before


def test_another_photo_brings_back_the_upload():
    app = click(open_photo(boot_png()), "Another photo")
    assert "photo-guide" in html(app)
    assert 'data-predicted=""' in html(app)


def test_upload_that_is_no_image_warns():
    app = predict_page(models="cnn-lite")
    app.session_state[upload.IMAGE_KEY] = "no.png", b"no image"
    open_source(app, "upload")
    assert "no.png" in app.warning[0].value.replace("\\", "")
    assert 'data-predicted=""' in html(app)
