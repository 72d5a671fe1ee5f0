"""Look inside without a browser: every model, links, epochs, damaged weights, no model, no data."""

import shutil

import pytest
import streamlit as st

from fmnist_core import paths
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.look_inside_page import page_state
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run
from tests.apptest import AppTest, html, open_page

SYNTHETIC = {"test": "3", "data": "drawn"}
EPOCHS = zoo.EPOCHS_RUN


def look_inside(**params: str) -> AppTest:
    return open_page("pages/look_inside.py", **params)


def copy_run(name: str) -> Run:
    """A run of this machine with saved epochs."""
    source = zoo.get_checkpoint(EPOCHS).path
    return Run(shutil.copytree(source, paths.runs_folder() / name))


def headings(app) -> str:
    return " ".join(element.value for element in [*app.header, *app.subheader])


def test_first_visit_shows_arithmetic_that_agrees_with_the_network():
    app = look_inside()
    assert "Convolution: 32 feature maps of 28 × 28 numbers" in headings(app)
    assert "data-calculation" in html(app)
    assert any("the network itself got" in caption.value for caption in app.caption)


def param(app, name: str) -> str:
    """A query parameter, whether the test or the page has set it."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.mark.parametrize("model", [key for key in MODELS if key in zoo.ZOO])
def test_every_model_opens_at_its_first_layer_with_weights(model):
    app = look_inside(models=model, **SYNTHETIC)
    assert "data-calculation" in html(app)
    assert not app.warning


@pytest.mark.parametrize(
    ("params", "heading"),
    [
        ({"models": "cnn", "step": "picture"}, "Picture"),
        ({"models": "cnn", "step": "answer"}, "Softmax"),
        ({"models": "cnn", "step": "backbone.summary.3"}, "Flatten: 256 numbers"),
        ({"models": "mlp", "part": "weights"}, "Linear: 512 numbers"),
        ({"models": "vit-tiny", "step": "backbone.blocks.2", "part": "attention"}, "Transformer"),
        ({"models": "resnet50", "step": "backbone.layer2.1.conv3"}, "Convolution: 512"),
        ({"models": "cnn", "at": "3,10,12"}, "How map 3, row 10, column 12 comes about"),
        ({"models": "mlp", "view": "activations"}, "How strongly the units respond"),
        ({"models": "cnn", "view": "activations"}, "units is dead"),
        ({"models": "cnn", "step": "head.1", "at": "0,0,9"}, "the logit of Ankle boot"),
    ],
)
def test_a_link_opens_what_it_names(params, heading):
    app = look_inside(**params, **SYNTHETIC)
    assert heading in headings(app)


def test_what_is_shown_is_in_the_url():
    params = {"models": "cnn-lite", "step": "backbone.features.1.0", "at": "5,3,4"}
    app = look_inside(**params, part="weights", **SYNTHETIC)
    assert {name: param(app, name) for name in params} == params
    assert param(app, "part") == "weights"


@pytest.mark.parametrize("at", ["3", "a,b,c", "1,2,3,4", "-1,2,3"])
def test_a_number_that_cannot_be_read_is_told(at):
    app = look_inside(models="cnn", at=at, **SYNTHETIC)
    assert "is no map, row and column" in app.warning[0].value
    assert "comes about" in headings(app)


def test_a_block_shows_its_numbers_and_says_where_they_come_from():
    app = look_inside(models="resnet50", step="backbone.layer1.1", at="3,2,2", **SYNTHETIC)
    assert any("Map 3, row 2, column 2: " in caption.value for caption in app.caption)
    assert any("in the row above" in caption.value for caption in app.caption)


def test_the_network_is_there_before_the_first_stroke():
    app = look_inside(models="cnn", source="draw")
    assert "all of the network changes" in html(app)
    assert not app.header[1:]  # of the panel alone


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"step": "backbone.nothing.3", "at": "1,2,3"}, "asks for the step"),
        ({"at": "99,2,3"}, "the maps go up to 31"),
        ({"step": "backbone.summary.3", "at": "0,99,0"}, "asks for the number"),
        ({"part": "bogus"}, "asks for the part"),
    ],
)
def test_what_a_link_names_and_the_model_lacks_is_told_and_dropped(params, message):
    app = look_inside(models="cnn", **params, **SYNTHETIC)
    assert len(app.warning) == 1
    assert message in app.warning[0].value.replace("\\", "")
    assert app.session_state[page_state.AT] is None
    assert "comes about" in headings(app)


def test_a_step_that_another_model_lacks_is_forgotten_without_a_word():
    app = look_inside(models="cnn", step="backbone.features.1.0", at="1,2,3", **SYNTHETIC)
    (box,) = [box for box in app.selectbox if box.label == "Model"]
    box.set_value("mlp").run()
    assert not app.exception
    assert not app.warning
    assert "Linear: 512" in headings(app)


def test_a_view_that_does_not_exist_is_told():
    app = look_inside(models="cnn", view="colors", **SYNTHETIC)
    assert "doesn't exist" in app.warning[0].value


def test_a_model_that_is_not_here_is_told_and_another_one_opens():
    app = look_inside(models="nothing", **SYNTHETIC)
    assert "nothing" in app.warning[0].value
    assert "comes about" in headings(app)


def test_epochs_show_other_weights():
    answers = set()
    for epoch in ("1", "8"):
        app = look_inside(models=EPOCHS, epoch=epoch, step="answer", **SYNTHETIC)
        assert param(app, "epoch") == epoch
        answers.add(html(app))
    assert len(answers) == 2


def test_another_model_begins_with_its_final_weights():
    app = look_inside(models=EPOCHS, epoch="1", **SYNTHETIC)
    (box,) = [box for box in app.selectbox if box.label == "Model"]
    box.set_value("mlp").run()
    assert not app.exception
    assert app.session_state[page_state.EPOCH] is None
    assert "Linear: 512 numbers" in headings(app)


@pytest.mark.parametrize("model", [EPOCHS, "cnn"])
def test_epoch_that_was_not_kept_is_told_and_becomes_the_final_weights(model):
    app = look_inside(models=model, epoch="99", **SYNTHETIC)
    assert "asks for epoch 99" in app.warning[0].value
    assert app.session_state[page_state.EPOCH] is None
    assert "comes about" in headings(app)


@pytest.mark.parametrize("epoch", [None, "3"])
def test_damaged_weights_are_one_sentence(epoch):
    run = copy_run("damaged")
    (run.weights_file if epoch is None else run.epoch_file(int(epoch))).write_bytes(b"\0" * 99)
    params = {"models": run.id} | ({} if epoch is None else {"epoch": epoch})
    app = look_inside(**params, **SYNTHETIC)
    assert "cannot be read" in app.warning[0].value
    app = look_inside(**params, view="activations", **SYNTHETIC)
    assert "cannot be read" in app.warning[0].value


def test_a_run_that_still_trains_is_shown_by_its_epochs():
    run = copy_run("training")
    for file in (run.report_file, run.weights_file):
        file.unlink()
    app = look_inside(models=run.id, **SYNTHETIC)
    assert app.session_state[page_state.EPOCH] == 8
    assert "comes about" in headings(app)


def test_without_fashion_mnist_a_synthetic_garment_opens(tmp_path, monkeypatch):
    st.cache_resource.clear()
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
    app = look_inside()
    assert f"Actually: {CLASSES[9]}" in html(app)
    app = look_inside(view="activations")
    assert any("synthetic garments" in caption.value for caption in app.caption)


@pytest.mark.parametrize("view", page_state.VIEWS)
def test_without_models_it_says_how_to_get_one(view, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    app = look_inside(view=view)
    assert "Train one" in app.info[0].value


def test_activations_count_the_units_of_every_layer():
    app = look_inside(models="cnn", view="activations")
    assert html(app).count("data-layer") == 4
    assert "480 units" in headings(app)


def test_a_picked_step_opens_and_is_in_the_url():
    app = look_inside(models="cnn", **SYNTHETIC)
    app.session_state[page_state.STEP] = "backbone.features.0.3"
    app.run()
    assert "ReLU: 32 feature maps of 14 × 14" in headings(app)
    assert param(app, "step") == "backbone.features.0.3"
