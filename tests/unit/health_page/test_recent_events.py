"""The events of the last day, and equal errors counted together."""

from pathlib import Path

from fmnist_core import server_log
from fmnist_core.health_page import recent_events
from fmnist_core.server_log import LogEntry, LogEvent


def error(at: str, page: str = "Train") -> LogEntry:
    return LogEntry(at=at, event=LogEvent.PAGE_ERROR, page=page, error="KeyError", place="a.py:1")


def test_older_events_are_left_out(runs_folder: Path) -> None:
    file = server_log.log_file(runs_folder)
    file.parent.mkdir(parents=True)
    file.write_text(error("2020-01-01T00:00:00.000+00:00").model_dump_json() + "\n")
    server_log.write(runs_folder, LogEvent.APP_STARTED)
    assert len(server_log.read(runs_folder, last=10)) == 2
    assert [entry.event for entry in recent_events.recent_events()] == [LogEvent.APP_STARTED]


def test_equal_errors_are_counted_together() -> None:
    first, second = recent_events.page_errors(
        [error("1"), error("2", page="Compare"), error("3"), error("0", page="Compare")]
    )
    assert (first.page, first.num_times, first.last_at) == ("Train", 2, "3")
    assert (second.page, second.num_times) == ("Compare", 2)
