"""How far a run is, in words."""

from fmnist_core.train_page import run_header
from fmnist_core.training.history import build_history
from fmnist_core.training.presets import PRESETS
from tests import factories

TWO_PHASES = PRESETS["seed-resnet50v2"].recipe


def test_all_phases_count() -> None:
    past = build_history(
        [
            factories.started(),
            factories.phase_started("head", 0),
            *factories.training_events(epochs=5)[1:],
        ]
    )
    share, words = run_header.progress(TWO_PHASES, past)
    assert share == 5 / 20
    assert words == "Phase 1 of 2: the head alone, rate 0.001"


def test_a_single_phase_needs_no_words() -> None:
    past = build_history(factories.training_events(epochs=3))
    assert run_header.progress(PRESETS["cnn-quick"].recipe, past) == (0.5, "")


def test_features_have_a_bar_of_their_own() -> None:
    past = build_history(
        [factories.started(), factories.phase_started("head", 0), factories.feature_progress(340)]
    )
    assert run_header.progress(TWO_PHASES, past) == (
        0.34,
        "The frozen backbone looks at every image once: 34%, 12 s left",
    )
