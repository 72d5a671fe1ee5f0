"""A run that a user starts is theirs; limits apply to all but teachers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs.control import STOPPED_BY_TEACHER, STOPPED_BY_USER, CommandReader
from fmnist_core.runs import deleted_runs
from fmnist_core.runs.run import Run, RunState
from fmnist_core.runs.summary import summarize
from fmnist_core.settings import Limits, Settings
from fmnist_core.training.events import LoggedEvent
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import identity, own_runs, run_actions, sticky_widgets
from tests import factories
from tests.factories import MakeRun

pytestmark = pytest.mark.usefixtures("no_dispatcher")


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The student is Ada, no teacher; the runs that she has started."""
    ids: list[str] = []
    monkeypatch.setattr(own_runs, "note_started", ids.append)
    monkeypatch.setattr(sticky_widgets, "get_student", lambda: "Ada")
    monkeypatch.setattr(identity, "person_id", lambda: "1f3a")
    monkeypatch.setattr(identity, "is_teacher", lambda: False)
    return ids


@pytest.fixture
def make_own(make_run: MakeRun) -> MakeRun:
    """Make runs of this user."""

    def make(*logged: LoggedEvent, owner: str = "1f3a") -> Run:
        run = make_run(*logged)
        run.write_metadata(run.metadata().model_copy(update={"owner": owner}))
        return run

    return make


@pytest.fixture
def paused(make_own: MakeRun) -> Run:
    return make_own(*factories.training_events(epochs=1), factories.pause_ended())


def use_up_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path, owner: str, __: float | None) -> None:
        assert owner == "1f3a"
        raise RunError("The limit is reached.")

    monkeypatch.setattr(run_actions.limits, "check_limits", refuse)


def test_started_run_belongs_to_the_user(recipe: Recipe, started: list[str]) -> None:
    run = run_actions.start_run(recipe, name="CNN")
    metadata = run.metadata()
    assert (metadata.name, metadata.by, metadata.owner) == ("CNN", "Ada", "1f3a")
    assert started == [run.id]


def test_a_limit_starts_and_resumes_nothing(
    recipe: Recipe, paused: Run, make_own: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = make_own(factories.started(), factories.stopped())
    deleted = deleted_runs.delete_run(make_own())
    use_up_the_limits(monkeypatch)
    with pytest.raises(RunError, match="The limit is reached"):
        run_actions.start_run(recipe, name="CNN")
    with pytest.raises(RunError, match="The limit is reached"):
        run_actions.resume_run(stopped)
    with pytest.raises(RunError, match="The limit is reached"):
        run_actions.control_run(paused, "one epoch")
    with pytest.raises(RunError, match="The limit is reached"):
        run_actions.restore_run(deleted)
    run_actions.control_run(paused, "stop")
    assert (stopped.state(), paused.state()) == (RunState.STOPPED, RunState.STOPPED)


def test_a_pause_that_holds_its_slot_goes_on_beyond_a_limit(
    make_own: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_up_the_limits(monkeypatch)
    run = make_own(factories.started(), factories.control_changed("pause", 1))
    with run.lock():
        run_actions.control_run(run, "go on")
    assert CommandReader(run.control_file).read()


def test_ten_tabs_at_once_pass_a_limit_one_by_one(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(limits=Limits(waiting_runs=2))
    monkeypatch.setattr(run_actions.limits, "get_settings", lambda: settings)

    def start(_: int) -> bool:
        try:
            return bool(run_actions.start_run(recipe, name="CNN"))
        except RunError:
            return False

    with ThreadPoolExecutor(10) as tabs:
        assert sum(tabs.map(start, range(10))) == 2


def test_teachers_have_no_limits(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    use_up_the_limits(monkeypatch)
    monkeypatch.setattr(identity, "is_teacher", lambda: True)
    run = run_actions.start_run(recipe, name="CNN")
    assert run.state() is RunState.QUEUED
    assert run.metadata().owner == "1f3a"


@pytest.mark.parametrize(
    ("owner", "reason"), [("1f3a", STOPPED_BY_USER), ("77", STOPPED_BY_TEACHER)]
)
def test_stopped_run_says_whether_a_teacher_has_stopped_it(
    paused: Run, owner: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "is_teacher", lambda: True)
    paused.write_metadata(paused.metadata().model_copy(update={"owner": owner}))
    run_actions.stop_run(summarize(paused))
    assert paused.reason() == reason


def test_stopped_run_is_resumed(make_own: MakeRun) -> None:
    run = make_own(factories.started(), factories.stopped())
    run_actions.resume_run(run)
    assert run.state() is RunState.QUEUED


@pytest.mark.parametrize(
    "act",
    [
        run_actions.resume_run,
        run_actions.cancel_run,
        lambda run: run_actions.control_run(run, "stop"),
        lambda run: run_actions.stop_run(summarize(run)),
        lambda run: run_actions.restore_run(deleted_runs.delete_run(run)),
    ],
)
@pytest.mark.parametrize("owner", ["77", ""])
def test_others_runs_are_left_alone(act: Callable[[Run], object], owner: str, make_own: MakeRun):
    run = make_own(owner=owner)
    with pytest.raises(RunError, match=r"^Only its owner or a teacher"):
        act(run)


def test_nothing_starts_after_the_class_code_was_replaced(
    recipe: Recipe, paused: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "is_admitted", lambda: False)
    with pytest.raises(RunError, match=r"^The class code has changed"):
        run_actions.start_run(recipe, name="CNN")
    with pytest.raises(RunError, match=r"^Only its owner"):
        run_actions.control_run(paused, "stop")
