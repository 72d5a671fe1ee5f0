"""Few points and an example model, so that features take a moment."""

import pytest

from fmnist_core.embedding import space
from fmnist_core.embedding.space import Space
from fmnist_core.runs import zoo


@pytest.fixture(autouse=True)
def _few_points(monkeypatch, tmp_path, one_thread):  # noqa: ARG001
    monkeypatch.setattr(space, "NUM_IMAGES", 60)
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def cnn_lite() -> Space:
    """The features of an example model for synthetic garments."""
    return Space(data="drawn", run=zoo.get_checkpoint("cnn-lite"))
