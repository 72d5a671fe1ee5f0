"""The form of the Train page: what it shows, hides and explains, and how it names a run."""

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.jobs import queue
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.train_page import start_run
from fmnist_core.train_page.start_run import SETUP
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import own_runs
from tests import factories
from tests.apptest import open_page
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("empty_lab")
QUICK = PRESETS["mlp-quick"].recipe


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that the page starts; none of them trains."""
    runs: list[Run] = []

    def submit(recipe, **options):
        runs.append(store.create_run(recipe, folder=paths.runs_folder(), **options))
        return runs[-1]

    monkeypatch.setattr(queue, "submit_run", submit)
    return runs


def train_page(**params: str) -> AppTest:
    return open_page("pages/train.py", **params)


def setting_fields(app: AppTest) -> set[str]:
    """The fields that have a widget."""
    kinds = (app.selectbox, app.number_input, app.slider, app.select_slider, app.toggle)
    keys = [widget.key or "" for widgets in kinds for widget in widgets]
    return {key.removeprefix("setting ") for key in keys if key.startswith("setting ")}


def texts(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def student_input(app: AppTest):
    (field,) = [field for field in app.text_input if field.label == "Your name"]
    return field


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_settings_begin_with_the_basics() -> None:
    headings = [header.value for header in train_page().header]
    assert headings[:3] == ["Basics", "Regularization", "Augmentation"]


def test_settings_without_effect_are_hidden_until_they_have_one() -> None:
    app = train_page(preset="mlp-quick")
    hidden = {"keep_head", "statistics", "head.activation", "fixed_views", "device"}
    assert not hidden & setting_fields(app)
    app.selectbox(key="setting head.widths").set_value("128").run()
    assert "head.activation" in setting_fields(app)
    app.selectbox(key="setting head.activation").set_value("gelu").run()
    assert app.query_params["head.activation"] == "gelu"
    # A hidden setting keeps its value.
    app.selectbox(key="setting head.widths").set_value("").run()
    assert "head.activation" not in setting_fields(app)
    app.selectbox(key="setting head.widths").set_value("128").run()
    assert app.selectbox(key="setting head.activation").value == "gelu"
    assert not app.exception


@pytest.mark.parametrize(
    ("field", "invalid", "sentence"),
    [
        ("batch_size", 7, "Batch size must be a whole number from 8 to 8,192, not 7."),
        ("train_images", 10, "Training images must be a whole number from 100 to 60,000 or empty"),
        ("dropout", 2.0, "Dropout must be from 0 to 0.9 or empty, not 2.0."),
    ],
)
def test_invalid_number_is_explained_and_the_previous_one_stays(
    field: str, invalid: float, sentence: str
) -> None:
    app = train_page(preset="mlp-quick")
    before = app.number_input(key=f"setting {field}").value
    app.number_input(key=f"setting {field}").set_value(invalid).run()
    (error,) = app.error
    assert error.value.replace("\\", "").startswith(sentence)
    assert "It stays at" in error.value
    assert app.number_input(key=f"setting {field}").value == before
    assert field not in app.query_params
    app.slider(key="setting epochs").set_value(3).run()
    assert not app.error


def test_options_are_written_as_people_write_them() -> None:
    app = train_page(preset="seed-resnet50")
    assert app.selectbox(key="setting optimiser").options == ["AdamW", "Adam", "SGD", "Muon"]
    assert app.selectbox(key="setting head.activation").options == ["ReLU", "SiLU", "GELU"]
    assert app.selectbox(key="setting statistics").options == ["Fashion-MNIST", "ImageNet"]
    assert app.number_input(key="setting train_images").placeholder == "all 55,000"


def test_changes_are_listed_and_reset() -> None:
    app = train_page(preset="mlp-quick", epochs="3", optimiser="sgd")
    assert "Epochs 3 instead of 8" in texts(app).replace("\\", "")
    assert "Optimizer SGD instead of AdamW" in texts(app).replace("\\", "")
    press(app, "Reset to preset")
    assert "Changed:" not in texts(app)
    assert set(app.query_params) == {"preset"}


def test_another_seed_is_one_click_away() -> None:
    app = train_page(preset="mlp-quick")
    assert "gets exactly the same curve" in texts(app)
    press(app, "Roll another seed")
    seed = app.number_input(key="setting seed").value
    assert seed != QUICK.seed
    assert app.query_params["seed"] == str(seed)


def test_run_is_named_by_student_and_by_what_was_changed(submitted: list[Run]) -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    student_input(app).set_value("Ada").run()
    app.number_input(key="setting batch_size").set_value(64).run()
    assert "Ada · Quick MLP (batch 64)" in texts(app).replace("\\", "")
    press(app, "Train")
    metadata = submitted[0].metadata()
    assert (metadata.name, metadata.by) == ("Quick MLP (batch 64)", "Ada")
    assert own_runs.STARTED in app.session_state
    assert not app.session_state[SETUP]


def test_entered_name_counts_for_one_run(submitted: list[Run]) -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    app.text_input(key="run name").set_value("My best").run()
    press(app, "Train")
    press(app, "Train")
    assert [run.metadata().name for run in submitted] == ["My best", "Quick MLP"]


def test_double_click_starts_one_run(submitted: list[Run], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_run, "REPEAT_SECONDS", 1000)
    app = train_page(preset="mlp-quick", data="drawn")
    press(app, "Train")
    press(app, "Train")
    assert len(submitted) == 1
    app.number_input(key="setting seed").set_value(1).run()
    press(app, "Train")
    assert len(submitted) == 2


def test_train_starts_what_the_widgets_hold_even_if_it_was_not_drawn_yet(
    submitted: list[Run],
) -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    student_input(app).set_value("Ada")
    app.number_input(key="setting batch_size").set_value(64)
    press(app, "Train")
    assert submitted[0].recipe().batch_size == 64
    assert submitted[0].metadata().by == "Ada"


def test_train_starts_nothing_while_a_value_is_invalid(submitted: list[Run]) -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    app.number_input(key="setting batch_size").set_value(7)
    press(app, "Train")
    assert submitted == []
    assert "not 7" in app.error[0].value
    press(app, "Train")
    assert submitted[0].recipe().batch_size == QUICK.batch_size


def test_student_stays_on_other_pages(submitted: list[Run]) -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    student_input(app).set_value("Ada").run()
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/train.py").run()
    assert student_input(app).value == "Ada"
    student_input(app).set_value("").run()
    press(app, "Train")
    assert submitted[0].metadata().by == ""


def test_link_to_a_run_folds_the_form_and_one_to_a_preset_opens_it(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), run_id="mine", finished=True)
    app = train_page(preset="mlp-quick", run="mine")
    assert not app.session_state[SETUP]
    app.query_params.clear()
    app.query_params["preset"] = "cnn-quick"
    app.run()
    assert app.session_state[SETUP]
    app.query_params["run"] = "mine"
    app.run()
    assert not app.session_state[SETUP]


def test_costs_are_folded_but_for_the_time() -> None:
    app = train_page(preset="mlp-quick", data="drawn")
    assert [metric.label for metric in app.metric][:1] == ["Expected time"]
