"""Batches this small are quicker on one thread, above all beside other work."""

import pytest

from fmnist_core.training import machine


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    monkeypatch.setattr(machine, "usable_threads", lambda: 1)
