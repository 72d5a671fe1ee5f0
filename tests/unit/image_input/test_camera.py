"""Where the browser refuses the camera, the page says why and what to do instead."""

from types import SimpleNamespace

import pytest

from fmnist_core.image_input import camera


@pytest.fixture
def shown(monkeypatch):
    """What was drawn: the camera, or a sentence."""
    calls = {}
    monkeypatch.setattr(camera.st, "info", lambda text, **_: calls.update(text=text))
    monkeypatch.setattr(camera.st, "camera_input", lambda *_, **options: calls.update(options))
    return calls


def answer(monkeypatch, state):
    """Have the browser answer this."""
    monkeypatch.setattr(camera, "_component", lambda: lambda **_: SimpleNamespace(state=state))


@pytest.mark.parametrize("access", camera.REFUSALS)
def test_refused_camera_is_explained(monkeypatch, shown, access):
    answer(monkeypatch, access)
    camera.draw_camera(print)
    assert shown["text"].startswith(camera.REFUSALS[access])
    assert "upload it" in shown["text"]
    assert "key" not in shown


@pytest.mark.parametrize("access", [None, "ok"])
def test_camera_hands_over_its_snapshot(monkeypatch, shown, state, access):
    answer(monkeypatch, access)
    photos = []
    camera.draw_camera(photos.append)
    state["camera"] = SimpleNamespace(getvalue=lambda: b"photo")
    shown["on_change"]()
    state["camera"] = None  # as after "Clear photo"
    shown["on_change"]()
    assert photos == [b"photo"]
