"""Compare without a browser: links, mismatched test sets, damaged runs, ablations."""

import json

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from fmnist_core import paths
from fmnist_core.compare_page import ablation
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.jobs import measurements, queue
from fmnist_core.ui import run_list
from fmnist_core.ui.navigation import PAGES
from tests import factories
from tests.apptest import open_page
from tests.pages.test_every_page import LABS

pytestmark = pytest.mark.usefixtures("empty_lab")


def compare_page(**params: str) -> AppTest:
    return open_page("pages/compare.py", **params)


def selected(app):
    """Return the ids of the compared runs."""
    return find(app.multiselect, "Comparing").value


def find(elements, label):
    """Return the one element with this label."""
    (element,) = [element for element in elements if element.label == label]
    return element


def texts(elements):
    """Join the texts of elements, without the escapes of Markdown."""
    return " ".join(element.value for element in elements).replace("\\", "")


@pytest.fixture
def two_runs(make_finished_run):
    return [
        make_finished_run(
            run_id=f"run-{accuracy}", accuracy=accuracy, seed=3, name=f"Accuracy {accuracy}"
        )
        for accuracy in (0.5, 0.9)
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("count", [1, 2, 6])
def test_view_comes_up(make_finished_run, view, count):
    for seed in range(count):
        run = make_finished_run(
            *factories.training_events(epochs=2),
            run_id=f"run-{seed}",
            seed=seed,
            name=f"Run {seed}",
        )
        factories.write_photograph_predictions(run, seed=seed)
    ids = ",".join(f"run-{seed}" for seed in range(count))
    app = compare_page(runs=ids, view=view)
    assert selected(app) == ids.split(",")
    if count < VIEWS[view].min_runs:
        assert "Choose a second run" in texts(app.info)
    assert not app.error


@pytest.mark.parametrize("fill", LABS)
def test_example_models_are_compared_whatever_else_there_is(fill, make_run):
    fill(make_run)
    app = compare_page(runs="cnn,mlp", view="real")
    assert "is better than" in texts(app.info)
    assert app.query_params["runs"] == "cnn,mlp"


def test_two_examples_are_selected_at_first():
    assert selected(compare_page()) == ["cnn", "mlp"]


@pytest.mark.usefixtures("two_runs")
def test_single_run_of_a_link_is_joined_by_the_example_of_its_kind():
    assert selected(compare_page(runs="run-0.5")) == ["run-0.5", "mlp"]


def test_own_run_is_compared_with_the_example_of_its_kind(make_finished_run):
    make_finished_run(run_id="mine", by="Mia", preset_key="cnn-quick")
    app = compare_page()
    app.session_state["student"] = "Mia"
    app.run()
    assert selected(app) == ["mine", "cnn"]


def test_unknown_view_is_said():
    app = compare_page(runs="cnn,mlp", view="nonsense")
    assert "a view that does not exist: nonsense" in texts(app.warning)
    assert "is better than" in texts(app.info)


def test_runs_of_other_people_and_of_one_seed_have_rows_of_their_own(make_finished_run):
    for number, by in enumerate(("Ada", "Ada", "Mia", "")):
        make_finished_run(run_id=f"run-{number}", name="MLP, quick", by=by, seed=3)
    app = compare_page(runs="run-0,run-2")
    assert list(app.dataframe[0].value["Run"]).count("MLP, quick") == 4


def test_table_begins_with_what_a_student_asks():
    app = compare_page()
    assert list(app.dataframe[0].value) == ["Run", "Made by", "Accuracy", "Training"]
    find(app.toggle, "More columns").set_value(True).run()
    assert len(app.dataframe[0].value.columns) == 14


@pytest.mark.usefixtures("two_runs")
def test_link_with_unknown_and_too_many_runs():
    ids = "run-0.5,nobody,cnn,mlp,vit-tiny,resnet50,cnn-lite,resnet50v2"
    app = compare_page(runs=ids, view="nonsense")
    warnings = texts(app.warning)
    assert "do not exist here or are not finished: nobody" in warnings
    assert "more than 6 runs" in warnings
    assert len(selected(app)) == 6


@pytest.mark.usefixtures("two_runs")
def test_link_survives_a_change_of_page():
    app = compare_page(runs="run-0.9,run-0.5", view="classes")
    app.switch_page("pages/home.py").run()
    app.switch_page("pages/compare.py").run()
    assert selected(app) == ["run-0.9", "run-0.5"]
    assert app.query_params["view"] == "classes"


@pytest.mark.usefixtures("two_runs")
def test_runs_on_other_data_are_never_compared_silently(make_finished_run):
    labels = np.arange(100) % 10
    make_finished_run(run_id="other", data="drawn", labels=labels, name="Synthetic")
    app = compare_page(runs="run-0.5,other,run-0.9", view="real")
    assert "tested on different images" in texts(app.warning)
    (choice,) = app.radio
    assert len(choice.options) == 2
    assert "200 test images" in choice.options[0]
    assert "is better than" in texts(app.info)
    choice.set_value(1).run()
    assert "Choose a second run" in texts(app.info)


@pytest.mark.usefixtures("two_runs")
def test_run_with_damaged_predictions_is_left_out(make_finished_run):
    broken = make_finished_run(run_id="broken", name="Broken")
    broken.predictions_file.write_bytes(b"nothing")
    app = compare_page(runs="run-0.5,broken,run-0.9", view="real")
    assert "Broken" in texts(app.error)
    assert "cannot be read" in texts(app.error)
    assert "is better than" in texts(app.info)


@pytest.mark.usefixtures("two_runs")
def test_damaged_folder_is_listed_with_its_reason(make_run):
    make_run(run_id="torn", finished=True).report_file.write_text('{"model": ')
    app = compare_page()
    assert [expander.label for expander in app.expander if "damaged" in expander.label] == [
        "1 damaged run left out"
    ]
    assert "Run torn is damaged" in texts(app.markdown)


@pytest.mark.usefixtures("two_runs")
def test_without_the_data_predictions_are_shown_without_images():
    app = compare_page(runs="run-0.5,run-0.9", view="confusion")
    assert "is not on this machine, so only the predictions are shown" in texts(app.info)


def test_single_difference_of_recipes_is_named(make_finished_run):
    for size in (64, 128):
        make_finished_run(run_id=f"run-{size}", name=f"batch {size}", batch_size=size)
    app = compare_page(runs="run-64,run-128")
    assert "differ in one setting: batch size, 64 vs. 128" in texts(app.markdown)


def test_ablation_is_queued(two_runs, monkeypatch):
    monkeypatch.setattr(queue, "ensure_dispatcher", lambda _: None)
    for run in two_runs:
        run.recipe_file.write_text(run.recipe().changed(data="drawn").model_dump_json())
    app = compare_page(runs="run-0.5,run-0.9")
    app.session_state[ablation.PANEL_KEY] = True
    app.run()
    find(app.button, "Run both").click().run()
    assert not app.exception
    waiting = queue.waiting_runs(paths.runs_folder())
    assert len(waiting) == 2
    first, second = (run.recipe() for run in waiting)
    assert set(first.differences(second)) == {"learning_rate"}
    assert "train one after the other" in texts(app.success)


def test_latencies_are_measured_while_nothing_trains(two_runs, monkeypatch):
    requests = []
    monkeypatch.setattr(measurements, "request_latencies", requests.append)
    compare_page()
    assert {recipe.model for recipe in requests[0]} >= {"mlp", "cnn", "resnet50"}
    requests.clear()
    with two_runs[0].lock():
        two_runs[0].report_file.unlink()
        st.cache_resource.clear()
        compare_page()
    assert requests == []


def test_page_is_in_the_navigation():
    assert "Compare" in [entry.title for entry in PAGES]


def test_difference_of_any_two_runs(make_finished_run):
    for seed in range(3):
        make_finished_run(run_id=f"run-{seed}", seed=seed, name=f"Run {seed}")
    app = compare_page(runs="run-0,run-1,run-2", view="confusion")
    assert "Ada · Run 0 minus Ada · Run 1" in texts(app.subheader)
    find(app.selectbox, "Second").set_value(2).run()
    assert "Ada · Run 0 minus Ada · Run 2" in texts(app.subheader)
    find(app.selectbox, "First").set_value(2).run()
    assert "Ada · Run 2 minus Ada · Run 0" in texts(app.subheader)


def test_filters_keep_the_selection(make_finished_run):
    make_finished_run(run_id="run-0", name="Zebra", by="Grace")
    app = compare_page(runs="cnn,mlp")
    search = find(app.text_input, "Search")
    search.set_value("grace").run()
    assert len(app.dataframe[0].value) == 1
    assert selected(app) == ["cnn", "mlp"]
    search.set_value("nobody at all").run()
    assert "No runs match these filters" in texts(app.info)


def test_finished_run_leads_to_its_comparison(make_finished_run):
    make_finished_run(*factories.training_events(), run_id="run-0", name="Zebra")
    app = open_page("pages/train.py", run="run-0")
    links = [link.proto for link in app.get("page_link") if link.proto.query_string]
    (link,) = [link for link in links if "Compare" in link.label]
    assert "runs=run-0" in link.query_string


@pytest.mark.usefixtures("two_runs")
def test_nothing_selected_says_what_to_do():
    app = compare_page(runs="")
    assert "Choose two to six runs" in texts(app.info)


def test_replaced_predictions_are_read_again(two_runs):
    assert "is better than" in texts(compare_page(runs="run-0.5,run-0.9").info)
    best = two_runs[1].predictions_file.read_bytes()
    report = two_runs[1].report_file.read_bytes()
    two_runs[0].predictions_file.write_bytes(best)
    two_runs[0].report_file.write_bytes(report)
    st.cache_resource.clear()
    assert "classify the same number of images correctly" in texts(
        compare_page(runs="run-0.5,run-0.9").info
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": []},
        {"confusion": [[1]]},
        {"test_accuracy": 1.5},
        {"num_test": 0},
        {"macro_f1": "NaN"},
    ],
)
@pytest.mark.usefixtures("two_runs")
def test_impossible_report_is_damage(make_finished_run, changes):
    broken = make_finished_run(run_id="broken", name="Broken")
    written = json.loads(broken.report_file.read_text()) | changes
    broken.report_file.write_text(json.dumps(written))
    app = compare_page(runs="run-0.5,run-0.9,broken")
    assert "1 damaged run left out" in [expander.label for expander in app.expander]
    assert "do not exist here or are not finished: broken" in texts(app.warning)
    assert "is better than" in texts(app.info)


@pytest.mark.usefixtures("two_runs")
def test_predictions_that_contradict_the_report_are_damage(make_finished_run):
    contradicted = make_finished_run(run_id="contradicted", name="Contradicted")
    written = json.loads(contradicted.report_file.read_text()) | {"test_accuracy": 0.999}
    contradicted.report_file.write_text(json.dumps(written))
    app = compare_page(runs="run-0.5,run-0.9,contradicted", view="real")
    assert "Contradicted is left out" in texts(app.error).replace("*", "")
    assert "but its report says 99.90%" in texts(app.error)
    assert "is better than" in texts(app.info)


@pytest.mark.parametrize("name", ["Very long " * 40, "  spaced  ", "two\nlines", ""])
def test_name_of_a_copied_folder_is_cleaned(make_finished_run, name):
    run = make_finished_run(run_id="elsewhere")
    run.write_metadata(run.metadata().model_copy(update={"name": name}))
    (row,) = [row for row in run_list.runs() if row.id == "elsewhere"]
    assert row.name == " ".join(row.name.split())
    assert 0 < len(row.name) <= 60


@pytest.mark.usefixtures("two_runs")
def test_predictions_of_another_number_of_images_are_damage(make_finished_run):
    broken = make_finished_run(run_id="broken", name="Broken")
    shorter = make_finished_run(run_id="shorter", labels=np.arange(50) % 10)
    broken.predictions_file.write_bytes(shorter.predictions_file.read_bytes())
    app = compare_page(runs="run-0.5,run-0.9,broken")
    assert "has predictions for 50 images, but its report is about 200" in texts(app.error)


def test_a_search_is_listed_with_its_best_trial_unless_all_are_wanted(make_finished_run):
    for number in range(3):
        run = make_finished_run(name=f"Mine · trial {number + 1}", seed=number)
        run.write_metadata(run.metadata().model_copy(update={"search": "20260101-000000-abcd"}))
    app = compare_page()
    assert "Of each search, only the best trial." in texts(app.caption)
    num_rows = len(app.dataframe[0].value)
    find(app.toggle, "All trials of searches").set_value(True).run()
    assert len(app.dataframe[0].value) == num_rows + 2
    find(app.multiselect, "Searches").select("20260101-000000-abcd").run()
    assert len(app.dataframe[0].value) == 3
    assert not app.exception
