"""The ensemble of the compared runs, worked by hand."""

import numpy as np

from fmnist_core.comparison_report import ensemble
from fmnist_core.comparison_report.blocks import Gallery
from fmnist_core.comparison_report.sections import ReportSource
from tests.factories import probabilities_for


def test_an_ensemble_can_beat_the_best_model(make_comparison):
    # Each model has low confidence where it is wrong.
    sure, unsure = probabilities_for([0] * 8), probabilities_for([1] * 2, confidence=0.4)
    first, second = np.concatenate([sure, unsure]), np.concatenate([unsure, sure])
    verdict, table = ensemble.ensemble_blocks(make_comparison([0] * 10, first, second))
    assert verdict.text.startswith("The ensemble is 20.00 percentage points better than the best")
    assert "may well be chance" in verdict.text
    assert table.rows[-1] == {"Run": ensemble.ENSEMBLE, "Accuracy": 1.0}


def test_images_that_every_model_misclassifies_are_shown(make_comparison):
    comparison = make_comparison([0, 0, 0], [1, 0, 2], [1, 1, 0])
    blocks = ensemble.report_ensemble(ReportSource(comparison=comparison))
    (gallery,) = [block for block in blocks if isinstance(block, Gallery)]
    assert [card.index for card in gallery.cards] == [0]
    assert gallery.title == "Misclassified by every model: 1 image"
    assert gallery.cards[0].label == "T-shirt/top"
