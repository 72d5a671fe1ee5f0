"""The Train page: its recipe, its links, and the controls of its runs."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from fmnist_core.jobs import exports
from fmnist_core.models import pretrained_files
from fmnist_core.runs import deleted_runs
from fmnist_core.runs.run import Run, RunState
from fmnist_core.training import events
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import field_info
from fmnist_core.ui import identity, sticky_widgets
from tests import factories
from tests.apptest import html, open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")


def train_page(**params: str) -> AppTest:
    """Open the Train page through a link."""
    return open_page("pages/train.py", **params)


@pytest.fixture
def ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """The student of this session is Ada, whose runs `make_run` makes."""
    monkeypatch.setattr(sticky_widgets, "get_student", lambda: "Ada")


def train_button(app: AppTest) -> Button:
    return next(button for button in app.button if button.label == "Train")


def button_labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def rate_menu(app: AppTest) -> Any:
    """The menu of the learning rate."""
    return app.get("menu_button")[0]


def messages(elements: Any) -> list[str]:
    """What messages say; the text of a run in them is escaped Markdown."""
    return [element.value.replace("\\", "") for element in elements]


def press(app: AppTest, label: str) -> None:
    """Click the first button with this label."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def type_in(app: AppTest, field: str, text: str) -> None:
    """Type a value that is not among the options; AppTest itself can only select options."""
    box = app.selectbox(key=f"setting {field}")
    box.options.append(text)
    box.set_value(text).run()
    assert not app.exception


@pytest.mark.usefixtures("ada")
def test_own_running_run_is_shown_first(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=2.4))
    make_run(*factories.training_events(), run_id="z-newer", finished=True)
    with run.lock():
        app = train_page()
    assert app.selectbox(key="shown run").value == run.id
    assert "Pause" in button_labels(app)


def test_runs_of_others_are_shown_only_when_asked_for(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="hers", finished=True)
    app = train_page()
    assert "Your curves will appear here" in [header.value for header in app.header]
    assert "Accuracy" not in [header.value for header in app.header]
    app.selectbox(key="any run").set_value("hers").run()
    assert app.selectbox(key="shown run").value == "hers"
    assert app.query_params["run"] == "hers"
    assert "Accuracy" in [header.value for header in app.header]


def test_an_example_is_replayed_with_one_click() -> None:
    app = train_page()
    app.button(key="replay example mlp").click().run()
    assert not app.exception
    assert any("Replay of an example" in element.value for element in app.markdown)
    labels = button_labels(app)
    assert "Pause" in labels
    assert not {"Rename", "Delete", "Export ONNX"} & set(labels)


def test_paused_run_can_be_resumed(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=1), factories.control_changed("pause", 100))
    with run.lock():
        labels = button_labels(train_page(run=run.id))
    assert "Resume" in labels
    assert "Pause" not in labels


def test_learning_rate_factors_multiply_and_reach_the_worker(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=1))
    with run.lock():
        app = train_page(run=run.id)
        for _ in range(2):
            rate_menu(app).set_value("÷ 2").run()
            assert not app.exception
    lines = run.control_file.read_text().splitlines()
    assert [line.partition('"value":')[2] for line in lines] == ["0.5}", "0.25}"]


@pytest.mark.usefixtures("ada")
def test_failure_is_shown_with_its_traceback(make_run: MakeRun) -> None:
    failed = events.Failed(reason="The loss became NaN.", traceback="line 7")
    make_run(*factories.training_events(epochs=1), failed)
    app = train_page()
    assert messages(app.error) == ["The loss became NaN."]
    assert "line 7" in [code.value for code in app.code]


def test_without_the_data_set_only_synthetic_garments_can_be_trained_on() -> None:
    app = train_page()
    assert app.button(key="download").label.startswith("Download")
    assert train_button(app).disabled
    app = train_page(data="drawn")
    assert not train_button(app).disabled


@pytest.mark.parametrize("key", PRESETS)
def test_link_to_a_preset_selects_it(key: str) -> None:
    app = train_page(preset=key)
    assert app.pills(key="preset").value == key
    assert app.query_params["preset"] == key
    assert not app.warning


def test_recipe_survives_a_change_of_page() -> None:
    app = train_page(preset="cnn-quick", epochs="3")
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert app.slider(key="setting epochs").value == 3
    assert app.pills(key="preset").value == "cnn-quick"


def test_changed_setting_survives_a_change_of_page() -> None:
    app = train_page(preset="cnn-quick")
    app.slider(key="setting epochs").set_value(3).run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert app.slider(key="setting epochs").value == 3
    assert app.query_params["epochs"] == "3"


def test_link_shows_its_run_and_keeps_it_in_the_query_parameters(make_run: MakeRun) -> None:
    for run_id in ("a-older", "b-newer"):
        make_run(*factories.training_events(), run_id=run_id, finished=True)
    app = train_page(run="a-older")
    assert app.selectbox(key="shown run").value == "a-older"
    app.slider(key="setting epochs").set_value(3).run()
    assert app.selectbox(key="shown run").value == "a-older"
    assert (app.query_params["run"], app.query_params["epochs"]) == ("a-older", "3")


@pytest.mark.usefixtures("ada")
def test_link_to_an_unknown_run_says_so(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="newest", finished=True)
    app = train_page(run="deleted")
    (warning,) = app.warning
    assert "The run in this link is not here" in warning.value
    assert "run" not in app.query_params
    app.selectbox(key="any run").set_value("newest").run()
    assert app.selectbox(key="shown run").value == "newest"
    assert not app.warning


def test_warning_about_a_link_ends_when_the_recipe_changes() -> None:
    app = train_page(preset="cnn-quick", epochs="0")
    assert app.warning
    app.slider(key="setting epochs").set_value(3).run()
    assert not app.warning


def test_invalid_link_is_reported_and_its_valid_parts_count() -> None:
    app = train_page(preset="cnn-quick", epochs="0", seed="7", colour="red")
    (warning,) = app.warning
    assert "Epochs must be a whole number from 1 to 200, not '0'." in warning.value
    assert "There is no setting 'colour'." in warning.value
    assert app.number_input(key="setting seed").value == 7
    assert app.slider(key="setting epochs").value == PRESETS["cnn-quick"].recipe.epochs


def test_changed_setting_is_in_the_query_parameters() -> None:
    app = train_page()
    app.slider(key="setting epochs").set_value(3).run()
    assert app.query_params["epochs"] == "3"
    app.pills(key="preset").set_value("seed-mlp").run()
    assert "epochs" not in app.query_params


def test_model_and_preset_are_in_the_query_parameters() -> None:
    app = train_page()
    app.pills(key="model").set_value("resnet50").run()
    app.pills(key="preset").set_value("seed-resnet50").run()
    assert not app.exception
    assert app.query_params["preset"] == "seed-resnet50"
    assert app.selectbox(key="setting weights").value == "imagenet"
    assert app.selectbox(key="setting head.widths").value == "256, 128"
    assert app.number_input(key="setting input_size").value == 224


def test_typed_value_is_tidied_and_goes_into_the_query_parameters() -> None:
    app = train_page(preset="cnn-quick")
    type_in(app, "earlier_phases", "head  2 .01 cosine")
    assert app.query_params["earlier_phases"] == "head 2 0.01 cosine"
    assert app.selectbox(key="setting earlier_phases").value == "head 2 0.01 cosine"
    assert not app.error


@pytest.mark.parametrize(
    ("field", "invalid"),
    [
        ("weights", "imagenette"),
        ("weights", "imagenet"),  # there are none for a CNN
        ("head.widths", "many"),
        ("earlier_phases", "head, then the rest"),
        ("trainable", "last"),
    ],
)
def test_invalid_value_is_explained_and_the_recipe_kept(field: str, invalid: str) -> None:
    app = train_page(preset="cnn-quick", epochs="3")
    before = app.selectbox(key=f"setting {field}").value
    type_in(app, field, invalid)
    (error,) = app.error
    assert error.value.startswith(field_info(field).title)
    assert app.selectbox(key=f"setting {field}").value == before
    assert (app.query_params["epochs"], field in app.query_params) == ("3", False)
    app.slider(key="setting epochs").set_value(4).run()
    assert not app.error


def test_finished_runs_of_the_model_can_be_initial_weights(make_run: MakeRun) -> None:
    make_run(run_id="mine", name="Ada's", finished=True)
    make_run(run_id="other", preset_key="cnn-quick", finished=True)
    app = train_page(preset="mlp-quick")
    options = app.selectbox(key="setting weights").options
    assert "Ada · Ada's" in options
    app.selectbox(key="setting weights").set_value("run:mine").run()
    assert app.query_params["weights"] == "run:mine"
    assert app.selectbox(key="setting weights").value == "run:mine"
    assert not app.warning


def test_unavailable_initial_weights_are_reported_before_the_start(monkeypatch) -> None:
    monkeypatch.setattr(pretrained_files, "_is_on_hub", lambda _: False)
    app = train_page(preset="seed-resnet50v2", data="drawn")
    (warning,) = app.warning
    assert "are not available here" in warning.value
    assert train_button(app).disabled
    press(app, "Start from scratch instead")
    assert app.query_params["weights"] == "scratch"
    assert not app.warning
    assert not train_button(app).disabled


def test_any_finished_run_can_be_the_teacher_and_a_missing_one_is_reported(
    make_run: MakeRun,
) -> None:
    make_run(run_id="other", name="Ada's", preset_key="cnn-quick", finished=True)
    app = train_page(preset="mlp-quick")
    assert "Ada · Ada's" in app.selectbox(key="setting distillation.teacher").options
    app.selectbox(key="setting distillation.teacher").set_value("run:other").run()
    assert app.query_params["distillation.teacher"] == "run:other"
    assert not app.warning
    app = train_page(preset="mlp-quick", data="drawn", **{"distillation.teacher": "run:deleted"})
    (warning,) = app.warning
    assert "deleted" in warning.value
    assert train_button(app).disabled
    press(app, "Train without a teacher")
    assert "distillation.teacher" not in app.query_params
    assert not app.warning
    assert not train_button(app).disabled


def test_published_result_is_shown_beside_the_preset() -> None:
    app = train_page(preset="seed-resnet50v2")
    texts = [caption.value for caption in app.caption]
    assert any("by its authors: 94% test, loss 0.1826. Here" in text for text in texts)


@pytest.mark.usefixtures("ada")
def test_header_describes_the_training(make_run: MakeRun) -> None:
    started = factories.started().model_copy(update={"micro_batch": 8})
    make_run(
        started,
        *factories.training_events()[1:],
        preset_key="seed-resnet50v2",
        epochs=10,
        finished=True,
        cached_features=True,
        started_from="ImageNet (x)",
    )
    app = train_page()
    texts = " ".join(element.value for element in (*app.caption, *app.markdown))
    for text in (
        "20 epochs in 2 phases",
        "85 × 85 pixels",
        "features computed once",
        "batch of 32 in 4 micro-batches of 8",
        "from ImageNet",
        "report 94% test",
    ):
        assert text in texts


@pytest.mark.usefixtures("ada")
def test_replay_is_marked_and_ends(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), finished=True)
    app = train_page()
    app.button(key="do Replay").click().run()
    assert any("Replay]" in element.value for element in app.markdown)
    assert not {"Rename", "Delete", "Export ONNX"} & set(button_labels(app))
    next(button for button in app.button if button.label == "End").click().run()
    assert not any("Replay]" in element.value for element in app.markdown)


@pytest.mark.usefixtures("ada")
def test_replay_stays_where_it_is_dragged_to(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="a", finished=True)
    app = train_page()
    app.button(key="do Replay").click().run()
    app.slider(key="position a").set_value(9.0).run()
    assert "Play" in button_labels(app)
    assert ">3 of 5<" in html(app)
    app.button(key="play").click().run()
    assert "Pause" in button_labels(app)


@pytest.mark.usefixtures("ada")
def test_finished_run_leads_on_with_this_run(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="a", finished=True)
    app = train_page()
    assert any(element.value.startswith("It gets 89 of 100 right") for element in app.markdown)
    links = {link.proto.page: link.proto.query_string for link in app.get("page_link")}
    assert {"predict": "models=a", "explain": "models=a", "compare": "runs=a"}.items() <= (
        links.items()
    )


@pytest.mark.usefixtures("ada")
def test_frames_stand_before_there_are_results(make_run: MakeRun) -> None:
    run = make_run(factories.started())
    with run.lock():
        app = train_page()
    assert len(app.get("vega_lite_chart")) == 2
    assert "Getting ready" in html(app)


@pytest.mark.usefixtures("ada")
def test_stopped_run_says_where_and_has_no_time_left(make_run: MakeRun) -> None:
    make_run(*factories.training_events(epochs=1.4), factories.stopped())
    app = train_page()
    assert "Stopped at epoch 2 of 5. Press Continue training to go on." in messages(app.info)
    assert "Time left" not in html(app)
    assert "Continue training" in button_labels(app)


def test_finished_run_whose_log_was_cut_short_says_so(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(), finished=True)
    run.events_file.write_bytes(run.events_file.read_bytes()[:3000])
    (message,) = messages(train_page(run=run.id).info)
    assert "events.jsonl, was cut short" in message


@pytest.mark.usefixtures("ada")
def test_delete_asks_for_confirmation(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(), finished=True)
    app = train_page()
    press(app, "Delete")
    assert run.path.exists()
    press(app, "Delete run")
    assert not run.path.exists()
    press(app, "Undo")
    assert run.path.exists()
    assert app.query_params["run"] == run.id


@pytest.mark.usefixtures("ada")
def test_deleted_runs_can_be_restored(make_run: MakeRun) -> None:
    runs = [make_run(*factories.training_events(), finished=True) for _ in range(2)]
    for run in runs:
        deleted_runs.delete_run(run)
    app = train_page()
    press(app, "Restore")
    assert [run.path.exists() for run in runs] == [False, True]


def test_stop_asks_for_confirmation(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(epochs=1))
    with run.lock():
        app = train_page(run=run.id)
        press(app, "Stop")
        assert not run.control_file.exists()
        press(app, "Keep training")
        assert "Stop training" not in button_labels(app)
        press(app, "Stop")
        press(app, "Stop training")
        assert "stop" in run.control_file.read_text()


@pytest.mark.usefixtures("no_dispatcher")
def test_paused_run_that_made_room_is_resumed(make_run: MakeRun) -> None:
    run = make_run(
        *factories.training_events(epochs=1),
        factories.control_changed("pause", 100),
        factories.pause_ended(),
    )
    app = train_page(run=run.id)
    assert {"Resume", "Train one epoch", "Stop"} <= set(button_labels(app))
    assert "Continue training" not in button_labels(app)
    assert any(info.value.startswith("Paused at epoch 1 of 5") for info in app.info)
    press(app, "Resume")
    assert run.state() is RunState.QUEUED


def test_others_may_only_watch(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    running = make_run(*factories.training_events(epochs=1), by="Mia")
    make_run(by="Bob")
    with running.lock():
        app = train_page(run=running.id)
    assert not {"Pause", "Stop", "Cancel", "Rename", "Delete"} & set(button_labels(app))
    assert "Only Mia or a teacher can control it." in [text.value for text in app.caption]


@pytest.mark.usefixtures("ada")
def test_rename(make_run: MakeRun) -> None:
    run = make_run(*factories.training_events(), finished=True)
    app = train_page()
    press(app, "Rename")
    next(field for field in app.text_input if field.label == "Name").set_value("Better")
    [button for button in app.button if button.label == "Rename"][-1].click().run()
    assert not app.exception
    assert run.metadata().name == "Better"


@pytest.mark.usefixtures("ada")
def test_finished_run_is_exported_and_then_downloaded(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run(*factories.training_events(), finished=True)
    requested: list[Run] = []
    monkeypatch.setattr(exports, "request_export", requested.append)
    app = train_page()
    press(app, "Export ONNX")
    assert requested == [run]
    exports.export_file(run).parent.mkdir(parents=True)
    exports.export_file(run).write_bytes(b"a zip")
    app.run()
    assert "Download ONNX" in [download.label for download in app.get("download_button")]
    assert "Export ONNX" not in button_labels(app)


@pytest.mark.usefixtures("ada")
def test_failed_export_is_explained(make_run: MakeRun, monkeypatch: pytest.MonkeyPatch) -> None:
    make_run(*factories.training_events(), finished=True)
    monkeypatch.setattr(exports, "export_error", lambda _: "The weights are damaged.")
    assert "The weights are damaged." in [error.value for error in train_page().error]


def test_stopped_run_has_no_export(make_run: MakeRun) -> None:
    make_run(*factories.training_events(epochs=1), events.Stopped(reason="By hand."))
    assert "Export ONNX" not in button_labels(train_page())


@pytest.mark.usefixtures("ada")
def test_runs_on_synthetic_garments_are_marked(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), name="Ada's", data="drawn", finished=True)
    app = train_page()
    assert "Ada's · synthetic garments" in app.selectbox(key="shown run").options[0]
