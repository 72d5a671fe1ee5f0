"""What a server has loaded is exempt from garbage collection, and nothing else is."""

import gc
import sys
import tomllib
import weakref
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest
from streamlit import config
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent

from fmnist_core import garbage_collection, paths
from fmnist_core.garbage_collection import NEW_MODULES, THOROUGH_SECONDS, Freezer

OPTION = "runner.postScriptGC"


class Node:
    """An object that refers to itself: only the garbage collector frees it."""

    def __init__(self):
        self.itself = self


@pytest.fixture(autouse=True)
def unfrozen():
    yield
    gc.unfreeze()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(garbage_collection, "_is_server", lambda: True)


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests set."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(garbage_collection, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.mark.parametrize("collects", [True, False])
def test_streamlit_collects_after_every_script_unless_told_not_to(monkeypatch, collects):
    """When this fails, Streamlit has stopped: remove the option `runner.postScriptGC`."""
    before = config.get_option(OPTION)
    generations = []
    monkeypatch.setattr(script_runner, "gc", SimpleNamespace(collect=generations.append))
    config.set_option(OPTION, collects)
    script_runner.ScriptRunner._on_script_finished(
        MagicMock(),
        SimpleNamespace(has_script_started=False),
        ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS,
        premature_stop=True,
        run_descriptor=None,
    )
    config.set_option(OPTION, before)
    assert generations == [2] * collects


def test_the_app_tells_streamlit_not_to():
    text = (paths.PROJECT / ".streamlit" / "config.toml").read_text()
    assert tomllib.loads(text)["runner"]["postScriptGC"] is False


@pytest.mark.usefixtures("server")
def test_frozen_objects_are_not_walked():
    Freezer().freeze()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1000


def test_nothing_is_frozen_outside_a_server():
    before = gc.get_freeze_count()
    Freezer().freeze()
    assert gc.get_freeze_count() == before


@pytest.mark.usefixtures("server")
def test_later_garbage_is_collected():
    Freezer().freeze()
    node = weakref.ref(Node())
    gc.collect()
    assert node() is None


@pytest.mark.usefixtures("server")
def test_garbage_is_collected_before_it_is_frozen():
    node = weakref.ref(Node())
    Freezer().freeze()
    assert node() is None


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(("seconds", "is_collected"), [(0.0, False), (THOROUGH_SECONDS, True)])
def test_frozen_garbage_is_collected_by_a_thorough_freeze(clock, seconds, is_collected):
    freezer, node = Freezer(), Node()
    freezer.freeze()
    reference = weakref.ref(node)
    del node
    clock.now += seconds
    freezer.freeze()
    assert (reference() is None) == is_collected


@pytest.mark.usefixtures("server")
def test_imports_are_frozen_once_there_are_many(monkeypatch):
    freezer = Freezer()
    freezer.freeze()
    names = [f"module {number}" for number in range(NEW_MODULES)]
    gc.unfreeze()
    for name in names[1:]:
        monkeypatch.setitem(sys.modules, name, None)
    freezer.freeze_imports()
    assert not gc.get_freeze_count()
    monkeypatch.setitem(sys.modules, names[0], None)
    freezer.freeze_imports()
    assert gc.get_freeze_count()
