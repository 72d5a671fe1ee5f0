"""Limits of one person: runs that wait, and minutes of training in a day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fmnist_core.errors import RunError
from fmnist_core.jobs import limits
from fmnist_core.runs import deleted_runs
from fmnist_core.runs.report import utc_now
from fmnist_core.runs.run import Run
from fmnist_core.settings import Limits, Settings
from tests import factories
from tests.factories import MakeRun


@pytest.fixture(autouse=True)
def _limits(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(limits=Limits(waiting_runs=2, training_minutes=10))
    monkeypatch.setattr(limits, "get_settings", lambda: settings)


def own(run: Run, *, hours_ago: float = 0) -> Run:
    """Make the run Ada's, created so long ago."""
    created = (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat(timespec="milliseconds")
    run.write_metadata(run.metadata().model_copy(update={"owner": "ada", "created": created}))
    return run


def trained(make_run: MakeRun, minutes: float, *, hours_ago: float = 1) -> Run:
    run = make_run(factories.started(), factories.stopped())
    run.append_event(factories.step(1).model_copy(update={"seconds": minutes * 60}))
    return own(run, hours_ago=hours_ago)


def test_waiting_runs_are_limited(make_run: MakeRun, runs_folder: Path) -> None:
    own(make_run())
    make_run()
    limits.check_limits(runs_folder, "ada", 30)
    own(make_run())
    with pytest.raises(RunError, match=r"^You already have 2 runs in the queue; at most 2 "):
        limits.check_limits(runs_folder, "ada", 30)
    limits.check_limits(runs_folder, "bob", 30)


@pytest.mark.parametrize(("expected", "is_allowed"), [(110, True), (130, False), (None, True)])
def test_minutes_of_the_day_are_limited(
    make_run: MakeRun, runs_folder: Path, expected: float | None, is_allowed: bool
) -> None:
    trained(make_run, 8)
    trained(make_run, 9, hours_ago=25)
    if is_allowed:
        limits.check_limits(runs_folder, "ada", expected)
        return
    with pytest.raises(RunError, match=r"would train for about .*, and you have 2 min left: every"):
        limits.check_limits(runs_folder, "ada", expected)


def test_what_is_to_come_counts(make_run: MakeRun, runs_folder: Path) -> None:
    own(make_run(expected_seconds=570.0))
    with pytest.raises(RunError, match="cancel a run that waits"):
        limits.check_limits(runs_folder, "ada", 60)


def test_nothing_left_allows_no_run_of_unknown_length(make_run: MakeRun, runs_folder: Path) -> None:
    trained(make_run, 10)
    with pytest.raises(RunError, match=r"^This run needs training time, and you have"):
        limits.check_limits(runs_folder, "ada", None)


def test_deleting_a_run_gives_no_time_back(make_run: MakeRun, runs_folder: Path) -> None:
    deleted_runs.delete_run(trained(make_run, 8))
    assert limits.used_seconds(runs_folder, "ada") == 480


def resume(run: Run, *, at_seconds: float, until: float) -> Run:
    """Resume a run now, and train it until it has trained so long in all."""
    run.append_event(factories.queued(utc_now()))
    run.append_event(factories.started().model_copy(update={"seconds": at_seconds}))
    run.append_event(factories.step(1).model_copy(update={"seconds": until}))
    return run


@pytest.mark.parametrize("hours_ago", [25, 1000])
def test_an_older_run_counts_since_it_was_resumed(
    make_run: MakeRun, runs_folder: Path, hours_ago: float
) -> None:
    run = trained(make_run, 8, hours_ago=hours_ago)
    assert limits.used_seconds(runs_folder, "ada") == 0
    resume(run, at_seconds=460, until=520)
    assert limits.used_seconds(runs_folder, "ada") == 60


@pytest.mark.parametrize("finished", [True, False])
def test_an_imported_run_counts_since_it_was_resumed_here(
    make_run: MakeRun, runs_folder: Path, finished: bool
) -> None:
    run = own(make_run(*factories.training_events(), finished=finished))
    imported = run.metadata().model_copy(update={"imported": utc_now()})
    run.write_metadata(imported)
    assert limits.used_seconds(runs_folder, "ada") == 0
    resume(run, at_seconds=10, until=70)
    assert limits.used_seconds(runs_folder, "ada") == 60


def test_the_queue_has_an_end(
    make_run: MakeRun, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_WAITING", 2)
    make_run()
    limits.check_limits(runs_folder, "ada", 30)
    make_run()
    with pytest.raises(RunError, match="The queue is full: 2 runs"):
        limits.check_limits(runs_folder, "ada", 30)


def test_finished_run_counts_with_its_training_time(make_run: MakeRun) -> None:
    assert limits.trained_seconds(make_run(finished=True)) == 20
    assert limits.trained_seconds(make_run()) == 0


def test_damaged_run_is_nobodys(make_run: MakeRun, runs_folder: Path) -> None:
    trained(make_run, 8).metadata_file.write_text("{")
    assert limits.used_seconds(runs_folder, "ada") == 0


def test_imports_of_one_person_are_limited(
    make_run: MakeRun, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(limits=Limits(imported_runs=1))
    monkeypatch.setattr(limits, "get_settings", lambda: settings)
    run = make_run(finished=True)
    run.write_metadata(run.metadata().model_copy(update={"owner": "ada", "imported": utc_now()}))
    limits.check_import_limit(runs_folder, "grace")
    for _ in range(2):
        with pytest.raises(RunError, match="at most 1 of one person"):
            limits.check_import_limit(runs_folder, "ada")
        if run.path.exists():
            deleted_runs.delete_run(run)
