"""Computed heatmaps are cached, without a copy, for one browser session only."""

import pytest
from streamlit.runtime.caching import cache_resource_api

from fmnist_core.attribution.methods import METHODS
from fmnist_core.attribution.target import Target
from fmnist_core.explain_page import compute
from fmnist_core.explain_page.compute import HeatmapKey
from fmnist_core.runs import zoo
from fmnist_core.synthetic.garments import draw_garment


@pytest.fixture
def open_session(monkeypatch):
    """Continue in the session with this id."""
    sessions = set()

    def open_one(session_id):
        sessions.add(session_id)
        monkeypatch.setattr(cache_resource_api, "get_session_id_or_throw", lambda: session_id)

    yield open_one
    for session_id in sessions:
        cache_resource_api.clear_session_cache(session_id)


@pytest.fixture
def key():
    run = zoo.get_checkpoint("cnn-lite")
    return HeatmapKey(
        run=run, weights_version=run.weights_version(), image=draw_garment(0, 3).tobytes(),
        method=METHODS["gradcam"], target=Target(label=0),
    )  # fmt: skip


def test_heatmap_of_an_equal_key_is_not_computed_again(open_session, key):
    open_session("a")
    heatmap, _ = compute.compute_heatmap(key)
    assert compute.compute_heatmap(HeatmapKey(**vars(key)))[0] is heatmap
    other = HeatmapKey(**vars(key) | {"target": Target(label=1)})
    assert compute.compute_heatmap(other)[0] is not heatmap


def test_heatmap_of_an_upload_is_gone_with_its_session(open_session, key):
    open_session("a")
    heatmap, _ = compute.compute_heatmap(key)
    open_session("b")
    assert compute.compute_heatmap(key)[0] is not heatmap  # in no one else's memory
    open_session("a")
    assert compute.compute_heatmap(key)[0] is heatmap
    cache_resource_api.clear_session_cache("a")  # as Streamlit does when a browser disconnects
    assert compute.compute_heatmap(key)[0] is not heatmap
