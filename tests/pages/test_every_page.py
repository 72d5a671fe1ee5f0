"""Every page comes up, whatever the lab holds."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.jobs import exports
from fmnist_core.models import pretrained_files
from fmnist_core.runs.run import Run
from fmnist_core.training import events
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui.page import PAGES
from tests import factories
from tests.apptest import APP, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


def train_page(**params: str) -> AppTest:
    """The train page by a link."""
    return open_page("pages/train.py", **params)


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
def test_page_comes_up(entry: object, fill: Callable[..., None], make_run: MakeRun) -> None:
    fill(make_run)
    app = open_page(entry.file)
    assert entry.title in app.title[0].value or entry.home


def test_running_run_is_found_again(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=2.4))
    make_run(*factories.training_events(), run_id="z-newer", finished=True)
    with run.lock():
        app = train_page()
    assert app.selectbox(key="shown run").value == run.id
    assert "Pause" in [button.label for button in app.button]


def test_paused_run_can_go_on(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=1), factories.control_changed("pause", 100))
    with run.lock():
        labels = [button.label for button in train_page().button]
    assert "Go on" in labels
    assert "Pause" not in labels


def test_knob_reaches_the_worker(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=1))
    with run.lock():
        app = train_page()
        for _ in range(2):
            app.button(key="do ÷ 2").click().run()
    lines = run.control_file.read_text().splitlines()
    assert [line.partition('"value":')[2] for line in lines] == ["0.5}", "0.25}"]


def test_failure_is_said_with_its_traceback(make_run: MakeRun) -> None:
    failed = events.Failed(reason="The loss stopped being a number.", traceback="line 7")
    make_run(*factories.training_events(epochs=1), failed)
    app = train_page()
    assert [error.value for error in app.error] == ["The loss stopped being a number."]
    assert "line 7" in [code.value for code in app.code]


def test_without_data_real_training_waits_and_drawn_does_not() -> None:
    app = train_page()
    assert app.button(key="download").label.startswith("Download")
    assert _train_button(app).disabled
    app = train_page(data="drawn")
    assert not _train_button(app).disabled


def _train_button(app: AppTest) -> object:
    return next(button for button in app.button if button.label == "Train")


@pytest.mark.parametrize("key", PRESETS)
def test_preset_link_shows_the_preset(key: str) -> None:
    app = train_page(preset=key)
    assert app.selectbox(key="preset").value == key
    assert app.query_params["preset"] == key
    assert not app.warning


def test_link_survives_a_change_of_page() -> None:
    app = train_page(preset="cnn-quick", epochs="3")
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert app.slider(key="knob epochs").value == 3
    assert app.selectbox(key="preset").value == "cnn-quick"


def test_bad_link_says_so_and_keeps_the_rest() -> None:
    app = train_page(preset="cnn-quick", epochs="0", seed="7", colour="red")
    (warning,) = app.warning
    assert "epochs is 0; it must be a whole number from 1 to 200." in warning.value.replace("'", "")
    assert "No recipe field 'colour'." in warning.value
    assert app.number_input(key="knob seed").value == 7
    assert app.slider(key="knob epochs").value == PRESETS["cnn-quick"].recipe.epochs


def test_changed_knob_is_in_the_address() -> None:
    app = train_page()
    app.slider(key="knob epochs").set_value(3).run()
    assert app.query_params["epochs"] == "3"
    app.selectbox(key="preset").set_value("seed-mlp").run()
    assert "epochs" not in app.query_params


def test_model_and_recipe_are_in_the_address() -> None:
    app = train_page()
    app.selectbox(key="model").set_value("resnet50").run()
    app.selectbox(key="preset").set_value("seed-resnet50").run()
    assert not app.exception
    assert app.query_params["preset"] == "seed-resnet50"
    assert app.selectbox(key="knob weights").value == "imagenet"
    assert app.selectbox(key="knob head.widths").value == "256, 128"
    assert app.number_input(key="knob input_size").value == 224


def type_in(app: AppTest, field: str, text: str) -> None:
    """What is no option can be typed; AppTest itself knows options only."""
    box = app.selectbox(key=f"knob {field}")
    box.options.append(text)
    box.set_value(text).run()
    assert not app.exception


def test_what_is_typed_is_tidied_and_goes_into_the_address() -> None:
    app = train_page(preset="cnn-quick")
    type_in(app, "earlier_phases", "head  2 .01 cosine")
    assert app.query_params["earlier_phases"] == "head 2 0.01 cosine"
    assert app.selectbox(key="knob earlier_phases").value == "head 2 0.01 cosine"
    assert not app.error


@pytest.mark.parametrize(
    ("field", "nonsense"),
    [
        ("weights", "imagenette"),
        ("weights", "imagenet"),  # there are none for a CNN
        ("head.widths", "many"),
        ("earlier_phases", "head, then the rest"),
        ("trainable", "last"),
    ],
)
def test_nonsense_says_a_sentence_and_keeps_the_recipe(field: str, nonsense: str) -> None:
    app = train_page(preset="cnn-quick", epochs="3")
    before = app.selectbox(key=f"knob {field}").value
    type_in(app, field, nonsense)
    (error,) = app.error
    assert error.value.startswith(f"{field} is ")
    assert app.selectbox(key=f"knob {field}").value == before
    assert (app.query_params["epochs"], field in app.query_params) == ("3", False)
    app.slider(key="knob epochs").set_value(4).run()
    assert not app.error


def test_finished_runs_of_the_model_can_be_started_from(make_run: MakeRun) -> None:
    make_run(run_id="mine", name="Ada's", finished=True)
    make_run(run_id="other", preset_key="cnn-quick", finished=True)
    app = train_page(preset="mlp-quick")
    options = app.selectbox(key="knob weights").options
    assert any(option.startswith("Ada's") for option in options)
    app.selectbox(key="knob weights").set_value("run:mine").run()
    assert app.query_params["weights"] == "run:mine"
    assert app.selectbox(key="knob weights").value == "run:mine"
    assert not app.warning


def test_weights_that_cannot_be_had_are_said_before_launch(monkeypatch) -> None:
    monkeypatch.setattr(pretrained_files, "_is_on_hub", lambda _: False)
    app = train_page(preset="seed-resnet50v2", data="drawn")
    (warning,) = app.warning
    assert "are not available here" in warning.value
    assert _train_button(app).disabled
    _press(app, "Start from scratch instead")
    assert app.query_params["weights"] == "scratch"
    assert not app.warning
    assert not _train_button(app).disabled


def test_published_figure_stands_beside_the_recipe() -> None:
    app = train_page(preset="seed-resnet50v2")
    said = [caption.value for caption in app.caption]
    assert any(text.startswith("Its authors report 94% test, loss 0.1826.") for text in said)


def test_header_says_how_it_was_trained(make_run: MakeRun) -> None:
    began = factories.started().model_copy(update={"micro_batch": 8})
    make_run(
        began,
        *factories.training_events()[1:],
        preset_key="seed-resnet50v2",
        epochs=10,
        finished=True,
        cached_features=True,
        started_from="ImageNet (x)",
    )
    said = " ".join(each.value for each in (*train_page().caption, *train_page().markdown))
    for words in (
        "20 epochs in 2 phases",
        "85 × 85 pixels",
        "features computed once",
        "32 images go through in 4 parts of 8",
        "from ImageNet",
        "its authors report 94% test",
    ):
        assert words in said


def test_replay_is_marked_and_ends(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), finished=True)
    app = train_page()
    app.button(key="do Replay").click().run()
    assert any("Not live" in element.value for element in app.markdown)
    next(button for button in app.button if button.label == "End").click().run()
    assert not any("Not live" in element.value for element in app.markdown)


def test_delete_is_asked_twice(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(), finished=True)
    app = train_page()
    _press(app, "Delete")
    assert run.path.exists()
    _press(app, "Delete for good")
    assert not run.path.exists()


def test_rename(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(), finished=True)
    app = train_page()
    _press(app, "Rename")
    next(field for field in app.text_input if field.label == "Name").set_value("Better")
    [button for button in app.button if button.label == "Rename"][-1].click().run()
    assert not app.exception
    assert run.metadata().name == "Better"


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_finished_run_is_exported_and_then_downloaded(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(*factories.training_events(), finished=True)
    asked: list[Run] = []
    monkeypatch.setattr(exports, "request_export", asked.append)
    app = train_page()
    _press(app, "Export ONNX")
    assert asked == [run]
    exports.export_file(run).parent.mkdir(parents=True)
    exports.export_file(run).write_bytes(b"a zip")
    app.run()
    assert [download.label for download in app.get("download_button")] == ["Download ONNX"]
    assert "Export ONNX" not in [button.label for button in app.button]


def test_failed_export_says_why(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(*factories.training_events(), finished=True)
    monkeypatch.setattr(exports, "availability_problem", lambda _: "The weights are damaged.")
    assert "The weights are damaged." in [error.value for error in train_page().error]


def test_stopped_run_has_no_export(make_run: MakeRun) -> None:
    make_run(*factories.training_events(epochs=1), events.Stopped(reason="By hand."))
    assert "Export ONNX" not in [button.label for button in train_page().button]


def test_drawn_garments_are_marked(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), name="Ada's", data="drawn", finished=True)
    app = train_page()
    assert "Ada's · drawn garments" in app.selectbox(key="shown run").options[0]


def test_no_page_waits_for_torch() -> None:
    files = [entry.file for entry in PAGES]
    script = f"""
import sys
import streamlit as st
from streamlit.testing.v1 import AppTest
from fmnist_core.ui import cached_predictions, model_picker
model_picker.preload = lambda models: None  # what Predict does once it is drawn
cached_predictions.predict = lambda *arguments: st.stop()  # what Explain does once its controls are drawn
app = AppTest.from_file({APP!r}, default_timeout=30).run()
for file in {files!r}:
    assert not app.switch_page(file).run().exception
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=paths.PROJECT, timeout=120)
