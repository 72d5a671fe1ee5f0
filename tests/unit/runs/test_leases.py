"""Leases of jobs on other machines: renewed while they train, expired when they are gone."""

import time

import pytest

from fmnist_core.runs import leases
from fmnist_core.runs.leases import Lease
from fmnist_core.runs.run import RunState
from tests import factories


@pytest.fixture
def run(make_run):
    return make_run(factories.started(), factories.step(1))


def test_run_with_a_held_lease_is_running(run):
    with leases.hold(run.lease_file, Lease(token="mine")):
        assert run.state() is RunState.RUNNING
        assert leases.read(run.lease_file).host
    assert run.state() is RunState.INTERRUPTED
    assert not run.lease_file.exists()


def test_lease_of_a_job_that_waits_is_not_active(make_run):
    run = make_run()
    leases.write(run.lease_file, Lease(token="mine", job="7"))
    assert run.state() is RunState.QUEUED


def test_lease_that_is_not_renewed_expires(run):
    lease = Lease(token="mine", renewed_at=time.time() - leases.EXPIRY_SECONDS)
    leases.write(run.lease_file, lease)
    assert run.state() is RunState.INTERRUPTED


def test_held_lease_is_renewed(run, monkeypatch):
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0.001)
    with leases.hold(run.lease_file, Lease(token="mine")):
        first = leases.read(run.lease_file).renewed_at
        deadline = time.monotonic() + 30
        while leases.read(run.lease_file).renewed_at == first:
            assert time.monotonic() < deadline


def test_lease_of_a_job_that_goes_on_later_waits_again(run):
    lease = Lease(token="mine", job="7")
    with leases.hold(run.lease_file, lease) as held:
        held.waits_again = True
    kept = leases.read(run.lease_file)
    assert (kept.token, kept.job, kept.is_active) == ("mine", "7", False)


def test_process_whose_run_was_taken_over_ends(run, monkeypatch):
    statuses = []

    def leave(status):
        statuses.append(status)
        raise SystemExit

    monkeypatch.setattr(leases.os, "_exit", leave)
    monkeypatch.setattr(leases, "RENEWAL_SECONDS", 0)
    held = leases.HeldLease(run.lease_file, Lease(token="mine"))
    leases.write(run.lease_file, Lease(token="another's", renewed_at=time.time()))
    with pytest.raises(SystemExit):
        held.renew_until_ended()
    assert statuses == [leases.TAKEN_OVER]
    assert leases.read(run.lease_file).token == "another's"


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"token": 1}'])
def test_damaged_lease_is_none(run, content):
    run.lease_file.write_bytes(content)
    assert leases.read(run.lease_file) is None
    assert run.state() is RunState.INTERRUPTED
