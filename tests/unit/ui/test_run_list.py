"""The list of runs, shared by sessions and refreshed by each for itself."""

from fmnist_core.ui import run_list
from fmnist_core.ui.run_list import CachedList


def counted_list() -> tuple[CachedList[int], list[int]]:
    """A list that holds how often it has been read, and a record of its reads."""
    reads: list[int] = []

    def read() -> list[int]:
        reads.append(len(reads) + 1)
        return reads[-1:]

    return CachedList(read), reads


def test_one_read_serves_every_session() -> None:
    cached, reads = counted_list()
    assert cached.get(not_before=0.0) == cached.get(not_before=0.0) == [1]
    assert reads == [1]


def test_an_action_makes_only_its_own_session_read_again(monkeypatch) -> None:
    now = [100.0]
    monkeypatch.setattr(run_list.time, "monotonic", lambda: now[0])
    cached, reads = counted_list()
    others_limit = now[0] - run_list.MAX_AGE_SECONDS
    assert cached.get(not_before=others_limit) == [1]
    now[0] += 0.1
    assert cached.get(not_before=now[0]) == [2]
    assert cached.get(not_before=others_limit) == [2], "others may use the newer list"
    assert reads == [1, 2]


def test_an_action_keeps_the_list_of_the_others(make_run, monkeypatch) -> None:
    state: dict[str, float] = {}
    monkeypatch.setattr(run_list.st, "session_state", state)
    monkeypatch.setattr(run_list, "MAX_AGE_SECONDS", 1000.0)
    make_run(run_id="first")
    assert run_list.find_run("first")
    make_run(run_id="second")
    assert run_list.find_run("second") is None
    run_list.refresh()
    mine = run_list.runs()
    assert {"first", "second"} <= {run.id for run in mine}
    state.clear()  # another session, which has done nothing
    assert run_list.runs() is mine
