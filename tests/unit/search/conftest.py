"""A search whose process is the test, and runs that end at once."""

from dataclasses import dataclass, field

import pytest

from fmnist_core.jobs import queue
from fmnist_core.runs.run import Run, RunState
from fmnist_core.search import searcher, searches
from fmnist_core.search.dimensions import usual_dimension
from fmnist_core.search.searches import SearchSpec
from tests import factories


@pytest.fixture(autouse=True)
def no_process(monkeypatch):
    """Start no process for a search; the searches for which one would have been started."""
    started = []
    monkeypatch.setattr(searches, "_start_process", started.append)
    return started


@pytest.fixture
def recipe(recipe):
    return recipe.changed(epochs=2)


@pytest.fixture
def make_search(recipe, runs_folder):
    def make(*fields, **options):
        dimensions = tuple(
            usual_dimension(one, recipe) if isinstance(one, str) else one
            for one in fields or ("dropout", "learning_rate")
        )
        options = {"preset": "mlp-quick", "minutes": 1.0, "name": "Mine", **options}
        return searches.start_search(
            SearchSpec(recipe=recipe, dimensions=dimensions, **options), folder=runs_folder
        )

    return make


@dataclass
class InstantRuns:
    """Runs that have ended when they are queued."""

    submitted: list[Run] = field(default_factory=list)
    held: set[int] = field(default_factory=set)
    """Numbers of those that go on after their first epoch until they are stopped."""


@pytest.fixture
def instant_runs(make_run, monkeypatch):
    """Each run trains two epochs of 4 s, and half of its dropout is lost accuracy."""
    runs = InstantRuns()

    def submit(recipe, *, name, by, owner, expected_seconds, search, folder):
        del by, owner, expected_seconds, search, folder
        accuracy = 0.9 - (recipe.dropout or 0) / 2
        epochs = [
            factories.epoch(one).model_copy(update={"validation_accuracy": accuracy - 0.1 / one})
            for one in (1, 2)
        ]
        is_held = len(runs.submitted) in runs.held
        run = make_run(
            factories.started(), *(epochs[:1] if is_held else epochs), name=name,
            finished=not is_held, dropout=recipe.dropout, learning_rate=recipe.learning_rate,
        )  # fmt: skip
        runs.submitted.append(run)
        return run

    def stop(run, action, reason):
        assert action == "stop"
        run.append_event(factories.stopped().model_copy(update={"reason": reason}))

    monkeypatch.setattr(searcher, "POLL_SECONDS", 0)
    monkeypatch.setattr(searcher, "expected_seconds", lambda _: 8.0)
    monkeypatch.setattr(queue, "submit_run", submit)
    monkeypatch.setattr(queue, "control_run", stop)
    state = Run.state

    def state_of(run):
        """Nobody holds the lock of a held run, so it would count as interrupted."""
        return RunState.RUNNING if state(run) is RunState.INTERRUPTED else state(run)

    monkeypatch.setattr(Run, "state", state_of)
    return runs
