"""How far runs fall from their own test set to the real photographs."""

import numpy as np
import pytest

from fmnist_core.comparison_report import distribution_shift
from fmnist_core.comparison_report.blocks import Chart, Paragraph, Table, flatten
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.fashion_mnist import class_index
from tests import factories


@pytest.fixture
def photographs(make_comparison, balanced_labels):
    """Two runs that are always right on their test set, on half of the photographs."""
    own = make_comparison(list(balanced_labels), *[list(balanced_labels)] * 2, names=["A", "*B*"])
    return factories.photograph_comparison(own, accuracy=0.5)


def find(blocks, kind):
    return [block for block in flatten(blocks) if isinstance(block, kind)]


def test_sentence_names_each_fall_and_where_it_is_largest(photographs):
    (finding,) = find(distribution_shift.shift_blocks(photographs), Paragraph)
    first, second = finding.text.splitlines()
    assert "**A**: 100.0% on Fashion-MNIST" in first
    worst = max(distribution_shift.measure_shift(photographs, 0), key=lambda shift: shift.fall)
    assert f"most for {worst.title.lower()}" in first
    assert r"\*B\*" in second


def test_run_that_does_not_fall(make_comparison, balanced_labels):
    bad = make_comparison(list(balanced_labels), [0] * len(balanced_labels))
    photographs = factories.photograph_comparison(bad, accuracy=0.9)
    (finding,) = find(distribution_shift.shift_blocks(photographs), Paragraph)
    assert "it doesn't fall" in finding.text


def test_same_rule_on_both_sides(make_comparison):
    pullover, coat = class_index("Pullover"), class_index("Coat")
    own = make_comparison([coat] * 10 + list(range(10)), [pullover] * 10 + list(range(10)))
    photographs = factories.photograph_comparison(own, accuracy=1.0)
    shifts = {shift.garment: shift for shift in distribution_shift.measure_shift(photographs, 0)}
    assert shifts["outwear"].on_test_set == 1
    assert set(shifts).isdisjoint({"hat", "shorts", "skirt"})


def test_charts_and_tables_agree(photographs):
    blocks = distribution_shift.shift_blocks(photographs)
    slope, falls = find(blocks, Chart)
    assert len(slope.rows["points"]) == 4
    assert len(falls.rows["falls"]) == 14
    runs, garments = find(blocks, Table)
    assert [row["Photographs"] for row in runs.rows] == pytest.approx(photographs.accuracies)
    weighted = np.average(
        [row["A, photographs"] for row in garments.rows],
        weights=[row["Photographs"] for row in garments.rows],
    )
    assert weighted == pytest.approx(photographs.accuracies[0])


def test_report_says_that_runs_are_not_tested_yet(make_comparison):
    source = ReportSource(comparison=make_comparison([0, 1], [0, 1]))
    (paragraph,) = distribution_shift.report_shift(source)
    assert "not been tested" in paragraph.text
