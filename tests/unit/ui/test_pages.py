"""Every page comes up, whatever the lab holds."""

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.runs.folder import Run
from fmnist_core.training import events
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui.page import PAGES

APP = str(paths.PROJECT / "streamlit_app.py")
MakeRun = Callable[..., Run]


def opened(file: str) -> AppTest:
    """The page after the router's own run; both must come off."""
    app = AppTest.from_file(APP, default_timeout=30).run()
    assert not app.exception
    app.switch_page(file).run()
    assert not app.exception
    return app


def train_page(**params: str) -> AppTest:
    """The train page by a link."""
    app = AppTest.from_file(APP, default_timeout=30).run().switch_page("pages/train.py")
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def no_run(_: MakeRun, __: SimpleNamespace) -> None:
    """A fresh clone."""


def queued_run(make_run: MakeRun, _: SimpleNamespace) -> None:
    make_run()


def finished_run(make_run: MakeRun, story: SimpleNamespace) -> None:
    make_run(lines=story.told(), finished=True)


def damaged_runs(make_run: MakeRun, story: SimpleNamespace) -> None:
    make_run("b", lines=story.told()).recipe_file.write_text('{"model": "ml')
    make_run("c", lines=story.told(), finished=True).report_file.write_text("[]")
    make_run("d", lines=story.told()).about_file.write_text("")
    make_run("e", lines=story.told()).events_file.write_bytes(b'\xff\n{"type": "st')


def every_ending(make_run: MakeRun, story: SimpleNamespace) -> None:
    make_run("a", lines=[*story.told(epochs=1), events.Stopped(reason="By hand.")])
    make_run("b", lines=[*story.told(epochs=1), events.Failed(reason="NaN.", traceback="…")])
    make_run("c", lines=[*story.told(epochs=1), events.Interrupted(reason="Killed.")])
    make_run("d", lines=story.told(epochs=1))


def a_hundred_runs(make_run: MakeRun, story: SimpleNamespace) -> None:
    for number in range(100):
        make_run(f"run-{number}", name=f"Run {number}", lines=story.told(), finished=True)


LABS = (no_run, queued_run, finished_run, damaged_runs, every_ending, a_hundred_runs)


@pytest.mark.parametrize("fill", LABS)
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.title)
def test_page_comes_up(
    entry: object, fill: Callable[..., None], make_run: MakeRun, story: SimpleNamespace
) -> None:
    fill(make_run, story)
    app = opened(entry.file)
    assert entry.title in app.title[0].value or entry.home


def test_running_run_is_found_again(make_run: MakeRun, story: SimpleNamespace) -> None:
    run = make_run(lines=story.told(epochs=2, extra=0.4))
    make_run("z-newer", lines=story.told(), finished=True)
    with run.lock():
        app = train_page()
    assert app.selectbox(key="shown run").value == run.id
    assert "Pause" in [button.label for button in app.button]


def test_paused_run_can_go_on(make_run: MakeRun, story: SimpleNamespace) -> None:
    run = make_run(lines=[*story.told(epochs=1), story.turned("pause", 100)])
    with run.lock():
        labels = [button.label for button in train_page().button]
    assert "Go on" in labels
    assert "Pause" not in labels


def test_knob_reaches_the_worker(make_run: MakeRun, story: SimpleNamespace) -> None:
    run = make_run(lines=story.told(epochs=1))
    with run.lock():
        app = train_page()
        for _ in range(2):
            app.button(key="do ÷ 2").click().run()
    lines = run.control_file.read_text().splitlines()
    assert [line.partition('"value":')[2] for line in lines] == ["0.5}", "0.25}"]


def test_failure_is_said_with_its_traceback(make_run: MakeRun, story: SimpleNamespace) -> None:
    failed = events.Failed(reason="The loss stopped being a number.", traceback="line 7")
    make_run(lines=[*story.told(epochs=1), failed])
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


def test_replay_is_marked_and_ends(make_run: MakeRun, story: SimpleNamespace) -> None:
    make_run(lines=story.told(), finished=True)
    app = train_page()
    app.button(key="do Replay").click().run()
    assert any("Not live" in element.value for element in app.markdown)
    next(button for button in app.button if button.label == "End").click().run()
    assert not any("Not live" in element.value for element in app.markdown)


def test_delete_is_asked_twice(make_run: MakeRun, story: SimpleNamespace) -> None:
    run = make_run(lines=story.told(), finished=True)
    app = train_page()
    _press(app, "Delete")
    assert run.path.exists()
    _press(app, "Delete for good")
    assert not run.path.exists()


def test_rename(make_run: MakeRun, story: SimpleNamespace) -> None:
    run = make_run(lines=story.told(), finished=True)
    app = train_page()
    _press(app, "Rename")
    next(field for field in app.text_input if field.label == "Name").set_value("Better")
    [button for button in app.button if button.label == "Rename"][-1].click().run()
    assert not app.exception
    assert run.about().name == "Better"


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def test_drawn_garments_are_marked(make_run: MakeRun, story: SimpleNamespace) -> None:
    make_run(name="Ada's", data="drawn", lines=story.told(), finished=True)
    app = train_page()
    assert "Ada's · drawn garments" in app.selectbox(key="shown run").options[0]


def test_no_page_loads_torch() -> None:
    files = [entry.file for entry in PAGES]
    script = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({APP!r}, default_timeout=30).run()
for file in {files!r}:
    assert not app.switch_page(file).run().exception
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=paths.PROJECT, timeout=120)
