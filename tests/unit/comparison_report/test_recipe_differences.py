"""In which settings recipes differ, in sentences."""

from dataclasses import replace
from pathlib import Path

import pytest

from fmnist_core.comparison_report.html_report import markdown_to_text
from fmnist_core.comparison_report.recipe_differences import (
    difference_sentences,
    group_repeated_runs,
)
from fmnist_core.runs.run import Run
from fmnist_core.training.presets import get_preset

BASE = get_preset("cnn-quick").recipe


def sentences(*recipes):
    names = "ABC"[: len(recipes)]
    return [markdown_to_text(sentence) for sentence in difference_sentences(names, recipes)]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "A and B follow the same recipe, including the seed."),
        ({"keep_epochs": "never"}, "A and B follow the same recipe, including the seed."),
        (
            {"batch_size": 64},
            f"A and B differ in one setting: batch size, {BASE.batch_size} vs. 64.",
        ),
        ({"seed": 7}, "A and B differ in one setting: seed, 0 vs. 7. Other differences between"),
        ({"augmentation.zoom": 0.1}, "A and B differ in one setting: zoom, 0 vs. 0.1."),
        (
            {"seed": 7, "batch_size": 64},
            "A and B were trained with 2 different settings: batch size, seed.",
        ),
    ],
)
def test_a_pair(changes, text):
    (sentence,) = sentences(BASE, BASE.changed(**changes))
    assert sentence.startswith(text)


def test_many_differences_are_counted():
    (sentence,) = sentences(BASE, get_preset("seed-resnet50v2").recipe)
    assert " more." in sentence


def test_seeds_share_a_sentence():
    (sentence,) = sentences(BASE, BASE.changed(seed=1), BASE.changed(seed=2))
    assert sentence == (
        "A, B and C differ only in seed (0, 1, 2), so differences between them are random "
        "variation."
    )


def test_of_three_runs_only_single_differences_are_stated():
    (sentence,) = sentences(BASE, get_preset("mlp-quick").recipe, BASE.changed(epochs=9))
    assert sentence.startswith("A and C differ in one setting: epochs")


def repeats(run, *seeds, by="Ada"):
    """Runs of one person and one recipe with these seeds."""
    return [
        replace(run, by=by, name=f"seed {seed}", recipe=BASE.changed(seed=seed)) for seed in seeds
    ]


@pytest.fixture
def run(make_comparison):
    return make_comparison([0], [0]).runs[0].summary


def test_repeats_of_one_person_are_a_group(run):
    runs = repeats(run, 0, 1, 2)
    assert group_repeated_runs(runs) == [tuple(runs)]


def test_people_are_kept_apart(run):
    ada, mia = repeats(run, 0), repeats(run, 1, by="Mia")
    assert group_repeated_runs([*ada, *mia]) == [tuple(ada), tuple(mia)]


def test_runs_of_nobody_known_are_kept_apart(run):
    first, second = repeats(run, 0, 1, by="")
    second = replace(second, run=Run(Path("elsewhere")))
    assert group_repeated_runs([first, second]) == [(first,), (second,)]


def test_one_seed_twice_is_no_repetition(run):
    first, second, third = repeats(run, 0, 1, 0)
    assert group_repeated_runs([first, second, third]) == [(first, second), (third,)]


def test_other_initial_weights_are_another_group(run):
    first, second, third = repeats(run, 0, 1, 2)
    other = replace(third, started_from="ImageNet (x)")
    assert group_repeated_runs([first, second, other]) == [(first, second), (other,)]
