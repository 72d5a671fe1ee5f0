"""A few visits of the app itself, without an error box and without a leak that can be seen."""

from fmnist_core.bench import visits

NOISE_MB = 60
"""The allocator's share; a model that stayed with each session would take more."""


def test_visits_leave_memory_as_it_was(run_benchmark, monkeypatch):
    monkeypatch.setattr(visits, "WARM_UP_SESSIONS", 2)
    result = run_benchmark(visits, "--visits", "20", "--forget", "0")
    assert [row["visits"] for row in result["server"]] == [15, 30, 45]
    assert result["errors"] == 0
    assert result["MB grown in the second half"] < NOISE_MB
