"""The models that answer the drawing on Home."""

from fmnist_core.home_page import playground
from fmnist_core.runs import zoo
from fmnist_core.ui import run_list
from tests.factories import MakeRun


def test_the_same_examples_answer_as_on_predict(make_run: MakeRun) -> None:
    make_run(run_id="own", finished=True)
    chosen = playground.choose_models(run_list.runs()).values()
    assert [run.id for run in chosen] == list(zoo.PREDICTING)


def test_without_example_models_the_best_finished_runs_answer(make_run: MakeRun) -> None:
    for run_id in "abc":
        make_run(run_id=run_id, finished=True)
    make_run(run_id="waiting")
    runs = [run for run in run_list.runs() if not run.is_example]
    assert len(playground.choose_models(runs)) == 2


def test_without_any_run_nobody_answers() -> None:
    assert playground.choose_models([]) == {}
