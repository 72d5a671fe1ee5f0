"""Compare on the real photographs, without a browser: tests run once, in the background."""

import shutil

import pytest

from fmnist_core import paths
from fmnist_core.compare_page.view_tabs import SHIFT
from fmnist_core.comparison_report.sections import SECTIONS
from fmnist_core.data import real_photographs
from fmnist_core.jobs import photograph_tests
from fmnist_core.runs import zoo
from tests import factories
from tests.apptest import html, open_page
from tests.pages.test_compare import find, texts
from tests.pages.test_every_page import LABS, a_hundred_runs

pytestmark = pytest.mark.usefixtures("empty_lab")


class Commands:
    """Background commands that are recorded and never start."""

    def __init__(self):
        self.requested = []
        self.error_text = None

    def request(self, _, *arguments):
        self.requested.append(arguments[-1])

    def is_pending(self, _=None):
        return bool(self.requested)

    def error(self, _):
        return self.error_text


@pytest.fixture(autouse=True)
def commands(monkeypatch, empty_lab):  # noqa: ARG001
    commands = Commands()
    monkeypatch.setattr(photograph_tests, "COMMANDS", commands)
    return commands


@pytest.fixture
def tested_runs(make_finished_run):
    runs = [
        make_finished_run(run_id=f"run-{seed}", accuracy=0.9, seed=seed, name=f"Run {seed}")
        for seed in range(2)
    ]
    for run, accuracy in zip(runs, (0.2, 0.7), strict=True):
        factories.write_photograph_predictions(run, accuracy=accuracy, seed=3)
    return runs


def photograph_page(**params):
    return open_page("pages/compare.py", tested="photographs", **params)


VIEWS = [key for key, section in SECTIONS.items() if section.on_photographs]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.usefixtures("tested_runs")
def test_view_comes_up(commands, view):
    app = photograph_page(runs="run-0,run-1", view=view)
    assert not app.error
    assert not commands.requested
    assert app.query_params["view"] == view
    assert app.query_params["tested"] == "photographs"


@pytest.mark.usefixtures("tested_runs")
def test_leaderboard_has_the_accuracy_on_photographs_of_tested_runs():
    board = photograph_page(runs="run-0,run-1").dataframe[0].value
    accuracies = dict(zip(board["Run"], board[real_photographs.TITLE], strict=True))
    assert accuracies["Run 1"] > 50 > accuracies["Run 0"]
    assert accuracies["CNN"] is None or accuracies["CNN"] != accuracies["CNN"]
    assert list(board["Run"])[:2] == ["Run 1", "Run 0"]


@pytest.mark.usefixtures("tested_runs")
def test_switch_is_kept_in_the_address():
    app = open_page("pages/compare.py", runs="run-0,run-1")
    assert "tested" not in app.query_params
    switch = find(app.button_group, "Tested on")
    switch.set_value([True]).run()
    assert not app.exception
    assert app.query_params["tested"] == "photographs"
    assert "it falls by" in texts(app.info)


@pytest.mark.usefixtures("tested_runs")
def test_fall_is_a_view_of_the_own_test_set_too():
    app = open_page("pages/compare.py", runs="run-0,run-1", view=SHIFT)
    assert "on real photographs" in texts(app.info)
    assert "Alexey Grigorev" in texts(app.caption)


@pytest.mark.usefixtures("tested_runs")
def test_a_view_that_photographs_do_not_have_is_replaced():
    app = photograph_page(runs="run-0,run-1", view="curves")
    assert "it falls by" in texts(app.info)


@pytest.mark.usefixtures("tested_runs")
def test_hardest_photographs_are_shown_as_they_are_and_as_models_see_them():
    body = html(photograph_page(runs="run-0,run-1", view="hardest"))
    assert body.count("data:image/jpeg") == body.count("data:image/png") == 12


def test_only_compared_runs_are_tested(commands, make_run):
    a_hundred_runs(make_run)
    app = photograph_page(runs="cnn,mlp")
    assert {path.rsplit("/")[-1] for path in commands.requested} == {"cnn", "mlp"}
    assert not app.info or "it falls" not in texts(app.info)


@pytest.mark.usefixtures("tested_runs")
def test_tested_run_is_shown_while_another_is_tested(commands):
    untested = shutil.copytree(
        zoo.get_checkpoint("cnn-lite").path, paths.runs_folder() / "untested"
    )
    app = photograph_page(runs="run-1,untested")
    assert commands.requested == [str(untested)]
    assert "it falls by" in texts(app.info)


@pytest.mark.usefixtures("tested_runs")
def test_run_without_weights_is_left_out(make_finished_run):
    make_finished_run(run_id="empty", name="Empty")
    app = photograph_page(runs="run-1,empty")
    assert "Empty" in texts(app.error)
    assert "has no weights" in texts(app.error)
    assert "it falls by" in texts(app.info)


def test_failed_test_says_why(commands):
    commands.error_text = "The disk is full."
    app = photograph_page(runs="cnn,mlp")
    assert texts(app.error).count("The disk is full.") == 2
    assert not commands.requested


@pytest.mark.usefixtures("tested_runs")
def test_run_on_synthetic_garments_is_compared_with_one_on_fashion_mnist(make_finished_run):
    synthetic = make_finished_run(run_id="synthetic", data="drawn", name="Synthetic")
    factories.write_photograph_predictions(synthetic)
    app = photograph_page(runs="run-0,synthetic")
    assert not app.warning
    assert "on Synthetic garments" in texts(app.info)


@pytest.mark.parametrize("fill", LABS)
def test_page_opens_whatever_runs_there_are(fill, make_run):
    fill(make_run)
    assert not photograph_page().exception
