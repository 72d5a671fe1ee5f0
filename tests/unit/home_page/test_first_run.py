"""The first run: what it trains on, how long it takes, and whose turn it is."""

import pytest

from fmnist_core.data import sources
from fmnist_core.errors import RunError
from fmnist_core.home_page import first_run
from fmnist_core.jobs import queue
from fmnist_core.runs.run import RunState
from fmnist_core.ui import own_runs, run_list
from tests.factories import MakeRun


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "about 30 s"), (31.2, "about 30 s"), (2, "about 10 s"), (94, "about 90 s"),
     (100, "about 2 min")],
)  # fmt: skip
def test_duration(seconds: float | None, text: str) -> None:
    assert first_run.duration_text(seconds) == text


def test_without_the_data_set_it_trains_on_synthetic_garments() -> None:
    recipe = first_run.first_recipe()
    assert recipe.data == "drawn"
    assert "synthetic garments" in first_run.description(recipe, [])


def test_with_the_data_set_it_trains_on_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "available_source", lambda: "a folder")
    recipe = first_run.first_recipe()
    assert recipe == first_run.PRESET.recipe
    assert "55,000 photos" in first_run.description(recipe, [])


def test_runs_before_it_are_said(make_run: MakeRun) -> None:
    recipe = first_run.first_recipe()
    make_run(run_id="a")
    assert "Another network" in first_run.description(recipe, new_runs())
    make_run(run_id="b")
    assert "2 networks are ahead" in first_run.description(recipe, new_runs())


def new_runs() -> list[run_list.RunSummary]:
    run_list.refresh()
    return [run for run in run_list.runs() if not run.is_example]


@pytest.mark.usefixtures("no_dispatcher")
def test_a_press_queues_a_run_of_ones_own(state: dict[str, object]) -> None:
    recipe = first_run.first_recipe()
    state["student"] = "Ada"
    first_run._start_run(recipe)
    (run,) = new_runs()
    assert (run.state, run.by, run.recipe) == (RunState.QUEUED, "Ada", recipe)
    assert own_runs.is_own(run)
    assert state[first_run.STARTED] == run.id


def test_a_failure_is_kept_for_the_page(
    monkeypatch: pytest.MonkeyPatch, state: dict[str, object]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RunError("The disk is full.")

    monkeypatch.setattr(queue, "submit_run", fail)
    first_run._start_run(first_run.first_recipe())
    assert first_run.STARTED not in state
    assert first_run.action_errors.has_failed(first_run.ACTION)
