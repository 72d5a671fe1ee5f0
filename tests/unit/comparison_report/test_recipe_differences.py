"""In which settings recipes differ, in sentences."""

from dataclasses import replace

import pytest

from fmnist_core.comparison_report.html_report import markdown_to_text
from fmnist_core.comparison_report.recipe_differences import difference_sentences, group_by_recipe
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


def test_other_initial_weights_are_another_group(make_comparison):
    run = make_comparison([0], [0]).runs[0].summary
    other = replace(run, started_from="ImageNet (x)")
    assert group_by_recipe([run, run, other]) == [(run, run), (other,)]
