"""Actions of a page and their errors."""

import pytest

from fmnist_core.errors import RunError
from fmnist_core.ui import action_errors, run_list


@pytest.fixture(autouse=True)
def session_state(monkeypatch) -> dict[str, object]:
    state: dict[str, object] = {}
    for module in (action_errors, run_list):
        monkeypatch.setattr(module.st, "session_state", state)
    return state


def fail() -> None:
    raise RunError("The run is gone.")


def test_result_is_returned_and_the_last_error_forgotten() -> None:
    action_errors.run_action("start", fail)
    assert action_errors.has_failed("start")
    assert action_errors.run_action("start", lambda number: number + 1, 1) == 2
    assert not action_errors.has_failed("start")


def test_error_belongs_to_its_key() -> None:
    assert action_errors.run_action("start", fail) is None
    assert action_errors.has_failed("start")
    assert not action_errors.has_failed("stop")


def test_every_action_refreshes_the_run_list(session_state: dict[str, object]) -> None:
    action_errors.run_action("start", fail)
    assert run_list.REFRESHED in session_state


def test_other_errors_are_bugs() -> None:
    with pytest.raises(ZeroDivisionError):
        action_errors.run_action("start", lambda: 1 / 0)
