"""Every test has runs of its own; drawn garments are made once a session."""

import os
from contextlib import suppress

import pytest

from fmnist_core.data import sources


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """A cache for the whole session; what this machine has of the real data is seen there too."""
    folder = tmp_path_factory.mktemp("cache")
    kept = sources.fashion_mnist_cache()
    if kept.is_dir():
        with suppress(OSError):  # Windows lets only some people link
            (folder / kept.name).symlink_to(kept.absolute())
    return folder


@pytest.fixture(autouse=True)
def _own_folders(tmp_path, shared_cache, monkeypatch):
    monkeypatch.setenv("FMNIST_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(shared_cache))


def pytest_runtest_setup(item):
    """Without the data set its tests are skipped on a desk and fail in CI."""
    if item.get_closest_marker("real_data") and sources.serving_source() is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("Fashion-MNIST is not here: python -m fmnist_core data fetch")
