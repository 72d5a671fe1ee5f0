"""What two runs differ in, in a sentence."""

import pytest

from fmnist_core.compare_page import recipe_differences
from fmnist_core.compare_page.html_report import plain_text
from fmnist_core.training.presets import get_preset

BASE = get_preset("cnn-quick").recipe


def said(*recipes):
    names = "ABC"[: len(recipes)]
    return [plain_text(each) for each in recipe_differences.sentences(names, recipes)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "A and B follow the same recipe, seed and all."),
        ({"keep_epochs": "never"}, "A and B follow the same recipe, seed and all."),
        (
            {"batch_size": 64},
            f"A and B differ in one thing: batch size, {BASE.batch_size} against 64.",
        ),
        ({"seed": 7}, "A and B differ in one thing: seed, 0 against 7. All else between them"),
        ({"augmentation.zoom": 0.1}, "A and B differ in one thing: zoom, 0 against 0.1."),
        ({"seed": 7, "batch_size": 64}, "A and B differ in 2 things: batch size, seed."),
    ],
)
def test_a_pair(changes, words):
    (sentence,) = said(BASE, BASE.changed(**changes))
    assert sentence.startswith(words)


def test_many_differences_are_counted():
    (sentence,) = said(BASE, get_preset("seed-resnet50v2").recipe)
    assert " more." in sentence


def test_seeds_share_a_sentence():
    (sentence,) = said(BASE, BASE.changed(seed=1), BASE.changed(seed=2))
    assert sentence == (
        "A, B and C differ in the seed alone (0, 1, 2): all else between them is chance."
    )


def test_of_three_only_what_is_short_is_said():
    sentences = said(BASE, get_preset("mlp-quick").recipe, BASE.changed(epochs=9))
    assert len(sentences) == 1
    assert sentences[0].startswith("A and C differ in one thing: epochs")
