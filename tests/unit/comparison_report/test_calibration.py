"""Calibration of ten images, worked by hand."""

import pytest

from fmnist_core.comparison_report.blocks import Chart, Paragraph, Table, flatten
from fmnist_core.comparison_report.calibration import calibration_blocks
from fmnist_core.training.presets import get_preset
from tests.factories import probabilities_for


@pytest.fixture
def blocks(make_comparison):
    # Confidence 0.8 for all ten images, of which six are correct.
    probabilities = probabilities_for([0] * 6 + [1] * 4, confidence=0.8)
    return flatten(calibration_blocks(make_comparison([0] * 10, probabilities)))


def test_calibration_error_is_the_gap(blocks):
    (table,) = [block for block in blocks if isinstance(block, Table)]
    (row,) = table.rows
    assert row["Mean confidence"] == pytest.approx(0.8)
    assert row["Expected calibration error"] == pytest.approx(0.2)
    assert "15 bins of equal width" in table.hint


def test_verdict_names_the_tendency(blocks):
    (verdict,) = [block for block in blocks if isinstance(block, Paragraph)]
    assert "**A** is overconfident. On average it claims 80.0% and gets 60.0% right" in verdict.text


def test_label_smoothing_explains_underconfidence(make_comparison):
    probabilities = probabilities_for([0] * 10, confidence=0.8)
    recipe = get_preset("cnn-quick").recipe
    for smoothing, expected in ((0.1, True), (0.0, False)):
        recipes = [recipe.changed(label_smoothing=smoothing)]
        comparison = make_comparison([0] * 10, probabilities, recipes=recipes)
        verdict = calibration_blocks(comparison)[0].text
        assert "underconfident" in verdict
        assert (
            "with label smoothing 0.1, it learns to be 91% sure of the right answer" in verdict
        ) == expected


def test_reliability_diagram_has_no_empty_bins(blocks):
    reliability, histogram = [block for block in blocks if isinstance(block, Chart)]
    (only,) = reliability.rows["bins"]
    assert (only["count"], only["accuracy"]) == (10, pytest.approx(0.6))
    fractions = [row["fraction"] for row in histogram.rows["bins"][:-1]]
    assert sum(fractions) == pytest.approx(1)
