"""The Data page without a browser: every view, with and without data and models."""

import shutil

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.data import datasets
from fmnist_core.data_page import embeddings, images, state
from fmnist_core.data_page.views import VIEWS
from fmnist_core.embedding import compute, layouts
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.jobs.background import BackgroundCommands, CommandQueue
from fmnist_core.runs import zoo
from fmnist_core.runs.run import Run
from tests import factories
from tests.apptest import open_page
from tests.unit.jobs.conftest import FakeProcesses

NUM_POINTS = 80


@pytest.fixture(autouse=True)
def _few_images(monkeypatch, tmp_path):
    """Few synthetic garments, no real data, and no process in the background."""
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("FMNIST_DATA_DIR", str(tmp_path / "no data"))
    for name, number in (("NUM_SYNTHETIC_TRAIN", 120), ("NUM_SYNTHETIC_TEST", NUM_POINTS)):
        monkeypatch.setattr(datasets, name, number)
    monkeypatch.setattr(layouts, "TSNE_EXAGGERATED", 20)
    monkeypatch.setattr(layouts, "TSNE_ITERATIONS", 20)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def commands(monkeypatch) -> FakeProcesses:
    """The background commands that the page asks for; they stay."""
    fakes = FakeProcesses()
    fakes.status = None
    asked = BackgroundCommands(user_waits=True, queue=fakes.queue)
    monkeypatch.setattr(embeddings, "COMMANDS", asked)
    yield fakes
    for process in fakes.started:
        process.exit()


@pytest.fixture
def computed(monkeypatch) -> None:
    """What the page asks for is computed at once."""

    class AtOnce(BackgroundCommands):
        def request(self, key, *arguments, stdin=""):  # noqa: ARG002
            compute.run_request(stdin)

    monkeypatch.setattr(embeddings, "COMMANDS", AtOnce(user_waits=True, queue=CommandQueue()))


def data_page(**params: str) -> AppTest:
    return open_page("pages/data.py", **params)


def texts(app: AppTest) -> str:
    elements = [*app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning]
    return " ".join(element.value for element in elements).replace("\\", "")


def choose(app: AppTest, label: str, value: object) -> AppTest:
    (box,) = [box for box in app.selectbox if box.label == label]
    box.set_value(value).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def params(app: AppTest) -> dict[str, str]:
    values = app.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in values}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("commands")
def test_every_view_opens_by_its_link_without_data(view):
    app = data_page(view=view)
    assert app.session_state[state.key("view")] == view
    assert params(app).get("view", "browse") == view
    assert "synthetic garments" in texts(app)
    assert any(button.label.startswith("Download") for button in app.button)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("commands")
def test_every_view_opens_without_a_model(view, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    data_page(view=view)


def test_a_map_in_features_without_a_model_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "checkpoints_folder", lambda: tmp_path / "none")
    assert "No models yet" in texts(data_page(view="map", space="features"))


@pytest.mark.parametrize("view", ["browse", "map"])
def test_a_damaged_model_is_said_and_the_page_stays(view, make_run, monkeypatch):
    run = make_run(name="Broken", finished=True)
    run.weights_file.write_bytes(b"damaged")

    def fail(self, key, *_, **__):
        self._errors[key] = "Run broken is damaged: its weights cannot be read."

    monkeypatch.setattr(BackgroundCommands, "request", fail)
    monkeypatch.setattr(embeddings, "COMMANDS", BackgroundCommands(user_waits=True))
    app = data_page(view=view, models=run.id, space="features")
    app.run()
    assert "damaged" in app.error[0].value
    assert any(button.label == "Try again" for button in app.button)


@pytest.mark.usefixtures("computed")
def test_an_image_by_its_link_is_shown_with_its_neighbors():
    app = data_page(test="7", data="drawn", models="cnn-lite")
    app.run()
    assert "Synthetic garments, test image 7" in texts(app)
    assert "In the features of CNN-lite" in texts(app)
    assert texts(app).count("of 12**") == 2


def test_features_are_computed_in_the_background(commands):
    app = data_page(test="7", data="drawn", models="cnn-lite")
    process = commands.wait_for_start(1)
    assert process.arguments == ["-m", embeddings.MODULE]
    assert embeddings.LOOKING in app.get("progress")[0].proto.text


@pytest.mark.usefixtures("commands")
def test_browsing_by_split_class_number_and_page():
    app = data_page(data="drawn")
    choose(app, "Split", "train")
    choose(app, "Class", 3)
    assert params(app) == {"data": "drawn", "split": "train", "class": "3"} | _model(app)
    press(app, "Shuffle")
    assert params(app)["shuffle"] == "1"
    app.number_input[0].set_value(11).run()
    assert "training image 11" in texts(app)
    assert params(app)["train"] == "11"
    choose(app, "Split", "validation")
    assert "train" not in params(app)


def _model(app: AppTest) -> dict[str, str]:
    return {"models": params(app)["models"]}


@pytest.mark.usefixtures("commands")
def test_pages_turn_and_come_back_by_their_link():
    app = data_page(data="drawn")
    first = _shown(app)
    press(app, "Next")
    assert params(app)["page"] == "2"
    assert _shown(app) != first
    again = data_page(**params(app))
    assert _shown(again) == _shown(app)


def _shown(app: AppTest) -> str:
    return next(text.value for text in app.caption if ", test image" in text.value)


@pytest.mark.parametrize("layout", ["pca", "tsne"])
@pytest.mark.usefixtures("computed")
def test_maps_are_drawn_in_pixels_and_features(layout):
    for params in ({"space": "pixels"}, {"space": "features", "models": "cnn-lite"}):
        app = data_page(view="map", data="drawn", layout=layout, **params)
        app.run()
        assert layouts.LAYOUTS[layout].title in texts(app)
        assert app.get("bidi_component")


@pytest.mark.parametrize("color", ["class", "prediction", "correct"])
@pytest.mark.usefixtures("computed")
def test_a_lasso_by_its_link_shows_what_is_inside(color):
    everything = "-1000_-1000~1000_-1000~1000_1000~-1000_1000"
    app = data_page(
        view="map", data="drawn", lasso=everything, space="features", models="cnn-lite", color=color
    )
    app.run()
    assert "images inside" in texts(app)
    assert "are predicted correctly" in texts(app)
    assert "Most frequent mistake inside" in texts(app)


@pytest.mark.usefixtures("computed")
def test_the_slider_goes_through_the_epochs_of_a_run():
    app = data_page(view="map", data="drawn", space="features", models=zoo.EPOCHS_RUN, epoch="1")
    app.run()
    (slider,) = app.select_slider
    assert slider.value == 1
    slider.set_value(3).run()
    assert not app.exception
    assert params(app)["epoch"] == "3"


@pytest.mark.parametrize("epochs", [1, 3])
@pytest.mark.usefixtures("computed")
def test_a_run_that_still_trains_is_shown_after_its_newest_epoch(epochs, runs_folder):
    shipped = zoo.get_checkpoint(zoo.EPOCHS_RUN)
    run = Run(shutil.copytree(shipped.path, runs_folder / "training"))
    for file in (run.report_file, run.weights_file):
        file.unlink()
    for epoch in run.saved_epochs()[epochs:]:
        run.epoch_file(epoch).unlink()
    app = data_page(view="map", data="drawn", space="features", models="training")
    app.run()
    assert params(app)["epoch"] == str(epochs)
    assert len(app.select_slider) == (epochs > 1)
    assert app.get("bidi_component")
    assert not app.error


@pytest.mark.usefixtures("computed")
def test_an_epoch_that_a_run_has_not_saved_is_said_and_the_final_one_shown():
    app = data_page(view="map", data="drawn", space="features", models=zoo.EPOCHS_RUN, epoch="99")
    assert "epoch 99" in app.warning[0].value
    app.run()
    assert "epoch" not in params(app)


def test_the_epochs_passed_by_the_slider_share_one_computation(commands):
    for epoch in ("1", "5", "3"):
        data_page(view="map", data="drawn", space="features", models=zoo.EPOCHS_RUN, epoch=epoch)
    assert len(commands.started) == 1


@pytest.mark.usefixtures("computed")
def test_a_layout_of_an_epoch_is_computed_on_request():
    app = data_page(
        view="map", data="drawn", space="features", models=zoo.EPOCHS_RUN, epoch="2", layout="tsne"
    )
    app.run()
    press(app, "Compute t-SNE")
    app.run()
    assert "one class may be torn" in texts(app)


@pytest.mark.usefixtures("computed")
def test_an_empty_lasso_says_so_and_can_be_cleared():
    app = data_page(view="map", data="drawn", lasso="-999_-999~-998_-999~-998_-998")
    assert "No image inside" in texts(app)
    press(app, "Show all again")
    assert "lasso" not in params(app)


@pytest.mark.usefixtures("computed")
def test_a_drawing_becomes_a_star():
    app = data_page(view="map", data="drawn", source="synthetic")
    app.toggle[0].set_value(True).run()
    assert "Most similar" in texts(app)
    assert params(app)["source"] == "synthetic"


@pytest.mark.usefixtures("computed")
def test_a_link_with_an_image_source_shows_its_star():
    app = data_page(view="map", data="drawn", source="synthetic", models="cnn-lite")
    assert app.toggle[0].value
    assert "Most similar" in texts(app)
    assert params(app)["source"] == "synthetic"


@pytest.mark.usefixtures("commands")
def test_label_errors_need_models_that_were_tested():
    assert "No model of at least 80% accuracy" in texts(data_page(view="labels", data="drawn"))


def test_label_errors_are_listed_with_the_models_votes(make_run):
    labels = images.load_split("drawn", "test").labels
    seen = labels.copy()
    seen[5] = (labels[5] + 4) % 10
    sure = np.full((NUM_POINTS, 10), 0.01, np.float32)
    sure[np.arange(NUM_POINTS), seen] = 0.91
    for number in range(2):
        run = make_run(finished=True, data="drawn", run_id=f"run-{number}")
        factories.write_predictions(run, labels, sure)
    app = data_page(view="labels", data="drawn")
    assert "1 suspect label" in texts(app)
    assert f"Labeled **{CLASSES[labels[5]]}**, but **2 of 2** models" in texts(app)


@pytest.mark.parametrize("field", ["rotation", "flip", "erasing", "photo"])
def test_augmentations_are_shown_with_their_value(field):
    app = data_page(view="augmentation", change=field)
    assert "As a model may see it" in texts(app)
    assert params(app)["amount"] in texts(app)


def test_an_amount_by_its_link_is_shown():
    app = data_page(view="augmentation", change="zoom", amount="0.45")
    assert app.select_slider[0].value == "0.45"
    choose(app, "Augmentation", "shift")
    assert app.select_slider[0].value == "4"


@pytest.mark.parametrize(
    ("name", "value"), [("test", "99999"), ("train", "x"), ("view", "nosuch"), ("layout", "lda")]
)
@pytest.mark.usefixtures("commands")
def test_a_link_to_what_does_not_exist_is_said(name, value):
    app = data_page(**{name: value}, data="drawn")
    assert value in app.warning[0].value.replace("\\", "")


@pytest.mark.usefixtures("commands")
def test_a_link_to_a_model_that_is_not_here_is_said_at_once() -> None:
    app = data_page(data="drawn", models="gone")
    assert "gone" in app.warning[0].value


def test_classes_are_shown_for_each_split():
    app = data_page(view="classes", data="drawn")
    for split in ("train", "validation", "test"):
        choose(app, "Split", split)
        assert "The average image" in texts(app)
