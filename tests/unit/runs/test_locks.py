"""A lock is seen while a process holds it, and not because others look at it."""

import time

import pytest
from filelock import FileLock

from fmnist_core.runs.locks import is_locked

fcntl = pytest.importorskip("fcntl")


@pytest.fixture
def lock_file(tmp_path):
    file = tmp_path / ".lock"
    file.touch()
    return file


def test_a_held_lock_is_locked_until_it_is_released(lock_file):
    with FileLock(lock_file):
        assert is_locked(lock_file)
    assert not is_locked(lock_file)


def test_a_missing_lock_is_free(tmp_path):
    assert not is_locked(tmp_path / ".lock")


def test_a_look_leaves_the_lock_free(lock_file):
    assert not is_locked(lock_file)
    with FileLock(lock_file).acquire(timeout=0):
        pass


def test_the_look_of_another_process_is_no_lock(lock_file):
    with lock_file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert not is_locked(lock_file)


def test_a_look_at_a_held_lock_does_not_wait(lock_file):
    with FileLock(lock_file):
        start = time.perf_counter()
        for _ in range(20):
            is_locked(lock_file)
        assert time.perf_counter() - start < 0.5
