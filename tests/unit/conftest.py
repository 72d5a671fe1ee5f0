"""Unit tests compute with one thread."""

import pytest


@pytest.fixture(autouse=True)
def _one_thread(one_thread):
    """On batches this small, more threads would only wait for each other."""
