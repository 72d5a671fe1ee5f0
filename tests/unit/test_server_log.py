"""The log of a lab: events come back in order, files rotate, and nothing personal gets in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fmnist_core import paths, server_log
from fmnist_core.errors import RunError
from fmnist_core.jobs import imports, queue
from fmnist_core.runs import store
from fmnist_core.runs.run import Run
from fmnist_core.server_log import LogEvent
from fmnist_core.training import events
from fmnist_core.training.recipe import Recipe
from tests import factories
from tests.factories import MakeRun

WRITE_FIFTY = """
import sys
from pathlib import Path
from fmnist_core import server_log
server_log.MAX_BYTES = 1000
for number in range(50):
    run = f"{sys.argv[2]}-{number}"
    server_log.write(Path(sys.argv[1]), server_log.LogEvent.RUN_QUEUED, run=run)
"""


def logged(folder: Path) -> list[str]:
    return [entry.event for entry in server_log.read(folder, last=100)]


def test_events_come_back_in_order(tmp_path: Path) -> None:
    server_log.write(tmp_path, LogEvent.RUN_QUEUED, run="a")
    server_log.write(tmp_path, LogEvent.PAGE_ERROR, page="Train", error="KeyError", place="x.py:1")
    first, second = server_log.read(tmp_path, last=10)
    assert (first.event, first.run) == ("run queued", "a")
    assert (second.page, second.error, second.place) == ("Train", "KeyError", "x.py:1")
    assert server_log.read(tmp_path, last=1) == [second]
    assert server_log.read(tmp_path, last=0) == []


def test_a_line_is_json_and_holds_only_what_applies(tmp_path: Path) -> None:
    server_log.write(tmp_path, LogEvent.APP_STARTED)
    entry = json.loads(server_log.log_file(tmp_path).read_text())
    assert list(entry) == ["at", "event"]


def test_a_run_is_followed_from_the_queue_to_its_end(make_run: MakeRun) -> None:
    run = make_run(
        factories.started(), factories.step(1), factories.pause_ended(), factories.queued(),
        factories.started(), factories.interrupted(), finished=True,
    )  # fmt: skip
    assert logged(run.path.parent) == [
        "run started", "run paused", "run queued", "run started", "run interrupted", "run finished",
    ]  # fmt: skip


def test_a_failure_names_its_class_and_place_but_no_text(make_run: MakeRun) -> None:
    traceback = (
        "Traceback (most recent call last):\n"
        '  File "/home/ada/lab/fmnist_core/jobs/worker.py", line 12, in train_run\n'
        '  File "/usr/lib/torch/nn.py", line 7, in forward\n    x\n    ^\n'
        "fmnist_core.errors.DataError: Ada's file\nEve: is bad\n"
    )
    run = make_run(factories.failed("Ada's file is bad.", traceback))
    assert (entry := server_log.read(run.path.parent, last=1)[0]).error == "DataError"
    assert entry.place == "fmnist_core/jobs/worker.py:12"
    text = server_log.log_file(run.path.parent).read_text()
    assert not [word for word in ("Ada", "ada", "Eve", "home") if word in text]


@pytest.mark.usefixtures("no_dispatcher")
def test_nothing_that_a_person_enters_is_logged(recipe: Recipe, runs_folder: Path) -> None:
    run = queue.submit_run(recipe, name="Zoe's net", by="Zoe", owner="20e1d")
    run.append_event(events.Failed(reason="Zoe's data", traceback="ValueError: Zoe"))
    store.rename_run(run, "Zoe again")
    with pytest.raises(RunError, match="Zoe"):
        imports.import_upload(b"no archive", name="Zoe.zip", owner="20e1d")
    assert logged(runs_folder) == ["run queued", "run failed", "import refused"]
    text = server_log.log_file(runs_folder).read_text()
    assert "Zoe" not in text
    assert "20e1d" not in text


@pytest.mark.parametrize("text", ["", "Traceback …", "gone: wrong"])
def test_a_traceback_that_says_nothing_is_no_error(text: str) -> None:
    assert server_log.locate(text)[1] == ""


def test_files_rotate_and_two_processes_lose_no_line(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE_FIFTY, str(tmp_path), name], cwd=paths.PROJECT
        )
        for name in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    files = sorted(server_log.log_file(tmp_path).parent.glob("lab.jsonl*"))
    assert len(files) == server_log.NUM_OLD_FILES + 1
    kept = [entry.run for entry in server_log.read(tmp_path, last=1000)]
    assert {"a-49", "b-49"} <= set(kept)
    assert len(kept) == len(set(kept)) == sum(len(f.read_text().splitlines()) for f in files)
    for name in "ab":
        numbers = [int(run[2:]) for run in kept if run.startswith(name)]
        assert numbers == list(range(numbers[0], 50))


def test_damaged_lines_are_skipped(tmp_path: Path) -> None:
    server_log.write(tmp_path, LogEvent.APP_STARTED)
    with server_log.log_file(tmp_path).open("ab") as file:
        file.write(b'\xff\n{"event": "unheard of", "at": ""}\n{"at"')
    assert logged(tmp_path) == ["app started"]


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / ".logs").write_text("a file")
    server_log.write(tmp_path, LogEvent.APP_STARTED)
    assert server_log.read(tmp_path, last=1) == []


def test_a_full_disk_loses_the_event_only(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run: Run = make_run()
    monkeypatch.setattr(server_log._LogFile, "shouldRollover", refuse)
    run.append_event(factories.queued())
    assert run.events_file.read_text()
    assert logged(run.path.parent) == []
