"""The page without a browser: links, mismatches, damage, pairs."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.compare_page import ablation
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.jobs import measurements, queue
from fmnist_core.ui import run_list
from fmnist_core.ui.page import PAGES
from tests import factories
from tests.apptest import open_page
from tests.pages.test_every_page import LABS

pytestmark = pytest.mark.usefixtures("empty_lab")


def compare_page(**params: str) -> AppTest:
    return open_page("pages/compare.py", **params)


def picked(app):
    (chosen,) = [each.value for each in app.multiselect if each.label == "Compared"]
    return chosen


def texts(elements):
    """What they say, names as they are without Markdown's escapes."""
    return " ".join(each.value for each in elements).replace("\\", "")


@pytest.fixture
def two(make_finished_run):
    return [
        make_finished_run(run_id=f"run-{each}", accuracy=each, seed=3, name=f"Right {each}")
        for each in (0.5, 0.9)
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("count", [1, 2, 6])
def test_view_comes_up(make_finished_run, view, count):
    for seed in range(count):
        make_finished_run(
            *factories.training_events(epochs=2),
            run_id=f"run-{seed}",
            seed=seed,
            name=f"Run {seed}",
        )
    ids = ",".join(f"run-{seed}" for seed in range(count))
    app = compare_page(runs=ids, view=view)
    assert picked(app) == ids.split(",")
    if count < VIEWS[view].at_least:
        assert "Pick a second run" in texts(app.info)
    assert not app.error


@pytest.mark.parametrize("fill", LABS)
def test_shipped_runs_are_compared_whatever_else_there_is(fill, make_run):
    fill(make_run)
    app = compare_page(runs="cnn,mlp", view="real")
    assert "is really better than" in texts(app.info)
    assert app.query_params["runs"] == "cnn,mlp"


def test_two_are_picked_to_begin_with():
    app = compare_page()
    assert picked(app) == ["cnn-deep", "mobilevit-xxs"]


@pytest.mark.usefixtures("two")
def test_link_that_asks_for_too_much():
    asked = "run-0.5,nobody,cnn,mlp,vit-tiny,resnet50,cnn-lite,resnet50v2"
    app = compare_page(runs=asked, view="nonsense")
    said = texts(app.warning)
    assert "not here or not finished: nobody" in said
    assert "more than 6 runs" in said
    assert len(picked(app)) == 6


@pytest.mark.usefixtures("two")
def test_link_survives_a_change_of_page():
    app = compare_page(runs="run-0.9,run-0.5", view="classes")
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/compare.py").run()
    assert picked(app) == ["run-0.9", "run-0.5"]
    assert app.query_params["view"] == "classes"


@pytest.mark.usefixtures("two")
def test_other_data_are_never_compared_silently(make_finished_run):
    labels = np.arange(100) % 10
    make_finished_run(run_id="other", data="drawn", labels=labels, name="Drawn one")
    app = compare_page(runs="run-0.5,other,run-0.9", view="real")
    assert "tested on different images" in texts(app.warning)
    (choice,) = app.radio
    assert len(choice.options) == 2
    assert "200 test images" in choice.options[0]
    assert "is really better" in texts(app.info)
    choice.set_value(1).run()
    assert "Pick a second run" in texts(app.info)


@pytest.mark.usefixtures("two")
def test_damaged_answers_are_named_and_stop_nothing(make_finished_run):
    broken = make_finished_run(run_id="broken", name="Broken")
    broken.predictions_file.write_bytes(b"nothing")
    app = compare_page(runs="run-0.5,broken,run-0.9", view="real")
    assert "Broken" in texts(app.error)
    assert "cannot be read" in texts(app.error)
    assert "is really better" in texts(app.info)


@pytest.mark.usefixtures("two")
def test_damaged_folder_shows_its_reason(make_run):
    make_run(run_id="torn", finished=True).report_file.write_text('{"model": ')
    app = compare_page()
    assert [each.label for each in app.expander if "damaged" in each.label] == [
        "1 damaged run left out"
    ]
    assert "Run torn is damaged" in texts(app.markdown)


@pytest.mark.usefixtures("two")
def test_without_the_data_answers_are_shown_without_images():
    app = compare_page(runs="run-0.5,run-0.9", view="confusion")
    assert "is not on this machine, so only the answers are shown" in texts(app.info)


def test_one_difference_is_named(make_finished_run):
    for size in (64, 128):
        make_finished_run(run_id=f"run-{size}", name=f"batch {size}", batch_size=size)
    app = compare_page(runs="run-64,run-128")
    assert "differ in one thing: batch size, 64 against 128" in texts(app.markdown)


def test_pair_is_queued(two, monkeypatch):
    monkeypatch.setattr(queue, "ensure_dispatcher", lambda _: None)
    for run in two:
        run.recipe_file.write_text(run.recipe().changed(data="drawn").model_dump_json())
    app = compare_page(runs="run-0.5,run-0.9")
    app.session_state[ablation.PANEL] = True
    app.run()
    (button,) = [each for each in app.button if each.label == "Train the pair"]
    button.click().run()
    assert not app.exception
    waiting = queue.waiting_runs(paths.runs_folder())
    assert len(waiting) == 2
    first, second = (run.recipe() for run in waiting)
    assert set(first.differences(second)) == {"learning_rate"}
    assert "train one after the other" in texts(app.success)


def test_latencies_are_asked_for_while_nothing_trains(two, monkeypatch):
    asked = []
    monkeypatch.setattr(measurements, "request_latencies", asked.append)
    compare_page()
    assert {recipe.model for recipe in asked[0]} >= {"mlp", "cnn", "resnet50"}
    asked.clear()
    with two[0].lock():
        two[0].report_file.unlink()
        run_list.refresh()
        compare_page()
    assert asked == []


def test_page_is_in_the_navigation():
    assert "Compare" in [entry.title for entry in PAGES]


def test_difference_of_any_two(make_finished_run):
    for seed in range(3):
        make_finished_run(run_id=f"run-{seed}", seed=seed, name=f"Run {seed}")
    app = compare_page(runs="run-0,run-1,run-2", view="confusion")
    assert "Run 0 minus Run 1" in texts(app.markdown)
    (second,) = [each for each in app.selectbox if each.label == "Second"]
    second.set_value(2).run()
    assert "Run 0 minus Run 2" in texts(app.markdown)
    (first,) = [each for each in app.selectbox if each.label == "First"]
    first.set_value(2).run()
    assert "Run 2 minus Run 0" in texts(app.markdown)


def test_filters_keep_what_is_picked(make_finished_run):
    make_finished_run(run_id="run-0", name="Zebra", by="Grace")
    app = compare_page(runs="cnn,mlp")
    (word,) = [each for each in app.text_input if each.label == "Find"]
    word.set_value("grace").run()
    assert len(app.dataframe[0].value) == 1
    assert picked(app) == ["cnn", "mlp"]
    word.set_value("nobody at all").run()
    assert "No run is like that" in texts(app.info)


def test_finished_run_leads_to_its_comparison(make_finished_run):
    make_finished_run(*factories.training_events(), run_id="run-0", name="Zebra")
    app = open_page("pages/train.py")
    assert not app.exception
    (link,) = [each for each in app.get("page_link") if "Compare" in each.proto.label]
    assert "runs=run-0" in link.proto.query_string


@pytest.mark.usefixtures("two")
def test_nothing_picked_says_what_to_do():
    app = compare_page(runs="")
    assert "Tick two to six runs" in texts(app.info)


def test_replaced_answers_are_read_anew(two):
    assert "is really better" in texts(compare_page(runs="run-0.5,run-0.9").info)
    best = two[1].predictions_file.read_bytes()
    report = two[1].report_file.read_bytes()
    two[0].predictions_file.write_bytes(best)
    two[0].report_file.write_bytes(report)
    run_list.refresh()
    assert "there is no difference" in texts(compare_page(runs="run-0.5,run-0.9").info)


@pytest.mark.parametrize(
    "harm",
    [
        {"classes": []},
        {"confusion": [[1]]},
        {"test_accuracy": 1.5},
        {"num_test": 0},
        {"macro_f1": "NaN"},
    ],
)
@pytest.mark.usefixtures("two")
def test_report_that_cannot_be_is_damage(make_finished_run, harm):
    broken = make_finished_run(run_id="broken", name="Broken")
    written = json.loads(broken.report_file.read_text()) | harm
    broken.report_file.write_text(json.dumps(written))
    app = compare_page(runs="run-0.5,run-0.9,broken")
    assert "1 damaged run left out" in [each.label for each in app.expander]
    assert "not here or not finished: broken" in texts(app.warning)
    assert "is really better" in texts(app.info)


@pytest.mark.usefixtures("two")
def test_answers_that_the_report_does_not_bear_out_are_damage(make_finished_run):
    liar = make_finished_run(run_id="liar", name="Liar")
    written = json.loads(liar.report_file.read_text()) | {"test_accuracy": 0.999}
    liar.report_file.write_text(json.dumps(written))
    app = compare_page(runs="run-0.5,run-0.9,liar", view="real")
    assert "Liar is left out" in texts(app.error).replace("*", "")
    assert "and its report says 99.90%" in texts(app.error)
    assert "is really better" in texts(app.info)


@pytest.mark.parametrize("name", ["Very long " * 40, "  spaced  ", "two\nlines", ""])
def test_name_of_a_folder_from_elsewhere_is_cleaned(make_finished_run, name):
    run = make_finished_run(run_id="elsewhere")
    run.write_about(run.about().model_copy(update={"name": name}))
    (row,) = [row for row in run_list.runs() if row.id == "elsewhere"]
    assert row.name == " ".join(row.name.split())
    assert 0 < len(row.name) <= 60


@pytest.mark.usefixtures("two")
def test_answers_to_other_than_the_reported_images_are_damage(make_finished_run):
    broken = make_finished_run(run_id="broken", name="Broken")
    shorter = make_finished_run(run_id="shorter", labels=np.arange(50) % 10)
    broken.predictions_file.write_bytes(shorter.predictions_file.read_bytes())
    app = compare_page(runs="run-0.5,run-0.9,broken")
    assert "has predictions for 50 images, but its report is about 200" in texts(app.error)
