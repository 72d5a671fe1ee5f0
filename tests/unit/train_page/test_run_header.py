"""How far a run is, in words."""

from types import SimpleNamespace

from fmnist_core.train_page import run_header
from fmnist_core.training.history import build_history
from fmnist_core.training.presets import PRESETS

TWO_PHASES = PRESETS["seed-resnet50v2"].recipe


def test_all_phases_count(story: SimpleNamespace) -> None:
    past = build_history([story.started(), story.began("head", 0), *story.told(epochs=5)[1:]])
    share, words = run_header.progress(TWO_PHASES, past)
    assert share == 5 / 20
    assert words == "Phase 1 of 2: the head alone, rate 0.001"


def test_a_single_phase_needs_no_words(story: SimpleNamespace) -> None:
    past = build_history(story.told(epochs=3))
    assert run_header.progress(PRESETS["cnn-quick"].recipe, past) == (0.5, "")


def test_features_have_a_bar_of_their_own(story: SimpleNamespace) -> None:
    past = build_history([story.started(), story.began("head", 0), story.features(340)])
    assert run_header.progress(TWO_PHASES, past) == (
        0.34,
        "The frozen backbone looks at every image once: 34%, 12 s left",
    )
