"""The hardest images of one class or of all."""

from fmnist_core.comparison_report.hard_examples import rank_images
from tests.factories import probabilities_for


def test_hardest_images_of_a_class(make_comparison):
    comparison = make_comparison([0, 0, 1], probabilities_for([0, 1, 0]))
    assert list(rank_images(comparison, "loss")) == [1, 2, 0]
    assert list(rank_images(comparison, "loss", label=0)) == [1, 0]
    assert list(rank_images(comparison, "loss", label=5)) == []
