"""Published results beside ours."""

from collections.abc import Callable

import pytest

from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import recipe_picker, run_header
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list
from tests import factories
from tests.factories import MakeRun

PRESET = PRESETS["seed-cnn"]


@pytest.fixture
def train_preset(make_run: MakeRun) -> Callable[..., None]:
    """Make a finished run of the coursework CNN's preset, with changes."""
    return lambda run_id, **changes: make_run(
        run_id=run_id, **{"preset_key": "seed-cnn", "epochs": 10, "finished": True, **changes}
    )


def own_runs() -> list[RunSummary]:
    return [run for run in run_list.runs() if not run.is_example]


@pytest.mark.parametrize("key", [key for key, preset in PRESETS.items() if preset.reported])
def test_not_trained_yet(key: str) -> None:
    text = recipe_picker.published_result_text(PRESETS[key], [])
    reported = PRESETS[key].reported
    assert text == f"Reported by its authors: {reported}. Here: not trained yet."


def test_presets_without_a_published_result_have_no_text() -> None:
    assert recipe_picker.published_result_text(PRESETS["mlp-quick"], []) == ""


def test_our_result_comes_with_device_data_and_initial_weights(
    train_preset: Callable[..., None],
) -> None:
    train_preset("a", seed=7)
    assert recipe_picker.published_result_text(PRESET, own_runs()) == (
        "Reported by its authors: about 88%. Here: 88.7% test, 89.7% validation on "
        "Fashion-MNIST, from scratch (Ada's first, CPU with 2 cores)."
    )


def test_another_recipe_is_not_ours(train_preset: Callable[..., None]) -> None:
    train_preset("a", epochs=11)
    assert recipe_picker.find_best_run(PRESET, own_runs()) is None


def test_fashion_mnist_comes_before_synthetic_garments(train_preset: Callable[..., None]) -> None:
    train_preset("a")
    train_preset("b", data="drawn")
    assert recipe_picker.find_best_run(PRESET, own_runs()).id == "a"


def test_a_finished_run_shows_the_published_result(train_preset: Callable[..., None]) -> None:
    train_preset("a")
    train_preset("b", epochs=11)
    texts = {run.id: run_header.published_result_text(run) for run in own_runs()}
    assert "report about 88%" in texts["a"]
    assert texts["b"] == ""


def test_unfinished_runs_have_no_preset(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), preset_key="seed-cnn", epochs=10)
    assert [run.preset_key for run in own_runs()] == [None]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("mlp-quick", "Quick"),
        ("cnn-deep", "Longer"),
        ("cnn-lite", "Standard"),
        ("resnet50", "From scratch"),
        ("seed-resnet50-frozen", "Frozen coursework"),
    ],
)
def test_preset_is_named_without_its_model(key: str, text: str) -> None:
    assert recipe_picker.preset_text(key) == text


def test_presets_of_one_model_have_different_names() -> None:
    names = [
        (preset.recipe.model, recipe_picker.preset_text(key)) for key, preset in PRESETS.items()
    ]
    assert len(set(names)) == len(names)
