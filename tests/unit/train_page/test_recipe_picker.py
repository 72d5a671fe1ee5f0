"""Published figures stand beside ours."""

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
def follow(make_run: MakeRun) -> Callable[..., None]:
    """A finished run that follows the coursework CNN, but for what is changed in it."""
    return lambda run_id, **changes: make_run(
        run_id=run_id, **{"preset_key": "seed-cnn", "epochs": 10, "finished": True, **changes}
    )


def own_rows() -> list[RunSummary]:
    return [row for row in run_list.runs() if not row.shipped]


@pytest.mark.parametrize("key", [key for key, entry in PRESETS.items() if entry.reported])
def test_not_trained_yet(key: str) -> None:
    said = recipe_picker.coursework_text(PRESETS[key], [])
    assert said == f"Its authors report {PRESETS[key].reported}. Here: not trained yet."


def test_nothing_is_said_where_nothing_is_published() -> None:
    assert recipe_picker.coursework_text(PRESETS["mlp-quick"], []) == ""


def test_ours_comes_with_device_data_and_origin(follow: Callable[..., None]) -> None:
    follow("a", seed=7)
    assert recipe_picker.coursework_text(PRESET, own_rows()) == (
        "Its authors report about 88%. Here: 88.7% test, 89.7% validation on Fashion-MNIST, from "
        "scratch (Ada's first, CPU with 2 cores)."
    )


def test_another_recipe_is_not_ours(follow: Callable[..., None]) -> None:
    follow("a", epochs=11)
    assert recipe_picker.best_shipped_run(PRESET, own_rows()) is None


def test_real_data_come_before_drawn_garments(follow: Callable[..., None]) -> None:
    follow("a")
    follow("b", data="drawn")
    assert recipe_picker.best_shipped_run(PRESET, own_rows()).id == "a"


def test_a_finished_run_says_what_is_published(follow: Callable[..., None]) -> None:
    follow("a")
    follow("b", epochs=11)
    by_id = {row.id: run_header.reported_words(row) for row in own_rows()}
    assert "its authors report about 88%" in by_id["a"]
    assert by_id["b"] == ""


def test_rows_of_unfinished_runs_follow_nothing(make_run: MakeRun) -> None:
    make_run(*factories.training_events(), preset_key="seed-cnn", epochs=10)
    assert [row.follows for row in own_rows()] == [None]
