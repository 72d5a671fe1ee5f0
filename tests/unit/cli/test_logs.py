"""`logs`: the last events of the lab."""

from fmnist_core.server_log import LogEvent, log_file, write


def test_without_a_log_it_says_where_one_would_be(run_command, runs_folder):
    assert str(log_file(runs_folder)) in run_command("logs").out


def test_the_last_events_are_printed(run_command, runs_folder):
    for number in range(3):
        write(runs_folder, LogEvent.RUN_QUEUED, run=f"run-{number}")
    write(runs_folder, LogEvent.PAGE_ERROR, page="Train", error="KeyError", place="a.py:3")
    lines = run_command("logs", "--last", "2").out.splitlines()
    assert len(lines) == 3
    assert "run queued" in lines[1]
    assert "run-2" in lines[1]
    assert lines[2].endswith("Train KeyError a.py:3")
    facts = run_command("logs", "--json").facts
    assert len(facts["events"]) == 4
