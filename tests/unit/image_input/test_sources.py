"""The registry of image sources, and what the session state says of the open one."""

import pytest

from fmnist_core.image_input import batch_upload, canvas, draw, sources, upload
from fmnist_core.ui import link_problems
from fmnist_core.ui.query_params import PageLink


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch):
    monkeypatch.setattr(draw, "restore", lambda: None)


def test_sources_have_titles_and_icons_of_their_own():
    entries = sources.SOURCES.values()
    assert len({source.title for source in entries}) == len(entries)
    assert len({source.icon for source in entries}) == len(entries)
    assert all(source.hint.endswith(".") for source in entries)


def test_link_opens_its_test_image():
    sources.open_link(PageLink(test_index=12, data="drawn"))
    assert sources.shown_test_image() == (12, "drawn")


def test_link_without_a_test_image_changes_no_source():
    sources.open_link(PageLink(models=("cnn",)))
    sources.open_link(None)
    assert sources.is_untouched()


def test_link_opens_its_source_and_counts_as_a_choice():
    sources.open_link(PageLink(source="draw"))
    assert sources.open_key() == "draw"
    assert not sources.is_untouched()
    sources.open_link(None)
    assert sources.is_untouched()
    sources.open_link(PageLink(source="upload"))
    assert sources.open_key() == "upload"


def test_link_to_the_camera_opens_it_in_the_source_of_photos(state):
    sources.open_link(PageLink(source="camera"))
    assert sources.open_key() == sources.PHOTO.key
    assert state[upload.CAMERA_KEY]
    assert not sources.is_untouched()


def test_unknown_source_of_a_link_is_named(state):
    sources.open_link(PageLink(source="telescope"))
    assert "telescope" in state[link_problems.KEY][0]
    assert sources.open_key() == "draw"


def test_test_image_is_shown_only_while_its_source_is_open():
    sources.open_link(PageLink(test_index=12))
    sources.open_source(sources.DRAW)
    assert sources.shown_test_image() == (None, "fashion-mnist")


def test_untouched_until_something_is_drawn_or_another_source_is_open(state):
    assert sources.is_untouched()
    state[canvas.drawing_key(draw.CANVAS)] = "a drawing"
    assert not sources.is_untouched()
    state.clear()
    sources.open_source(sources.PHOTO)
    assert not sources.is_untouched()


def test_batch_belongs_to_the_upload_source(state):
    state[batch_upload.BATCH_KEY] = "a batch"
    assert not sources.has_batch()
    sources.open_source(sources.PHOTO)
    assert sources.has_batch()
