"""The sentence at the end of a run."""

import numpy as np
import pytest

from fmnist_core.train_page import result


def confusion(*mistakes: tuple[int, int, int], correct: int = 900) -> np.ndarray:
    counts = np.eye(10, dtype=int) * correct
    for label, predicted, count in mistakes:
        counts[label, predicted] = count
    return counts


@pytest.mark.parametrize(
    ("accuracy", "share"), [(0.887, "89 of 100"), (0.861, "86 of 100"), (0.62, "62 of 100")]
)
def test_sentence_has_the_share_and_the_pair_most_mixed_up(accuracy: float, share: str) -> None:
    text = result.result_text(accuracy, confusion((6, 0, 120), (0, 6, 100), (2, 4, 150)))
    assert text == f"It gets {share} right; it mixes up shirts and T-shirts most."


def test_the_more_often_mistaken_class_comes_first() -> None:
    assert result.most_confused_pair(confusion((0, 6, 100), (6, 0, 20))) == (0, 6)


def test_a_model_with_one_answer() -> None:
    counts = np.zeros((10, 10), dtype=int)
    counts[:, 2] = 1000
    assert result.result_text(0.1, counts) == "It answers Pullover to everything."


def test_a_model_that_guesses() -> None:
    text = result.result_text(0.12, np.full((10, 10), 100))
    assert text == "It gets 12% right, no better than guessing among ten classes."


def test_a_model_without_mistakes() -> None:
    assert result.result_text(1.0, confusion()) == "It gets 100 of 100 right."
