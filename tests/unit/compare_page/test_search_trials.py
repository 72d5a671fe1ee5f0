"""Which trials of a search the leaderboard lists."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fmnist_core.compare_page.search_trials import search_names, select_trials
from fmnist_core.runs import summary
from fmnist_core.runs.run import Run
from fmnist_core.runs.summary import RunSummary
from fmnist_core.search import searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import Search, SearchSpec
from fmnist_core.training.presets import get_preset
from tests.factories import MakeRun

MakeTrial = Callable[..., RunSummary]


@pytest.fixture
def make_trial(make_run: MakeRun) -> MakeTrial:
    def make(search: str, validation_accuracy: float = 0.5) -> RunSummary:
        run = make_run(finished=True)
        run.write_metadata(run.metadata().model_copy(update={"search": search}))
        report = run.report().model_copy(update={"validation_accuracy": validation_accuracy})
        run.report_file.write_text(report.model_dump_json())
        return summary.summarize(Run(run.path))

    return make


@pytest.fixture
def search(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Search:
    monkeypatch.setattr(searches, "_start_process", lambda _: None)
    recipe = get_preset("mlp-quick").recipe
    spec = SearchSpec(
        name="Dropout",
        by="Mia",
        preset="mlp-quick",
        recipe=recipe,
        dimensions=(usual_dimension("dropout", recipe),),
        minutes=1,
    )
    return searches.start_search(spec, folder=runs_folder)


def test_each_search_is_listed_with_its_best_trial(make_trial: MakeTrial) -> None:
    alone, worse, best, other = (
        make_trial("", 0.1), make_trial("one", 0.6), make_trial("one", 0.8), make_trial("two", 0.2),
    )  # fmt: skip
    runs = [alone, worse, best, other]
    assert select_trials(runs) == [alone, best, other]
    assert select_trials(runs, all_trials=True) == runs
    assert select_trials(runs, of_searches=["one"]) == [worse, best]


def test_of_equal_trials_the_first_is_listed(make_trial: MakeTrial) -> None:
    first, second = make_trial("one"), make_trial("one")
    assert select_trials([first, second]) == [first]


def test_searches_are_named_with_their_trials(make_trial: MakeTrial, search: Search) -> None:
    runs = [make_trial(search.id), make_trial(search.id), make_trial("gone"), make_trial("")]
    assert search_names(runs) == {search.id: "Mia · Dropout (2)", "gone": "gone (1)"}
