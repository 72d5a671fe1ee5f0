"""Calibration, cost, together and hardest: small cases worked by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fmnist_core.compare_page import calibration, cost, ensemble, hard_examples
from fmnist_core.compare_page.blocks import Chart, Gallery, Paragraph, Table, flat
from fmnist_core.runs.run import Run
from fmnist_core.training import latency, measurement_cache
from fmnist_core.training.presets import get_preset
from tests.factories import probabilities_for


def of_kind(blocks, kind):
    return [block for block in flat(blocks) if isinstance(block, kind)]


def test_calibration_error_is_the_gap(make_comparison):
    # Ten images, 0.8 probabilities_for of all, six right.
    contest = make_comparison([0] * 10, probabilities_for([0] * 6 + [1] * 4, confidence=0.8))
    (table,) = of_kind(calibration.report(contest), Table)
    (row,) = table.rows
    assert row["Mean confidence"] == pytest.approx(0.8)
    assert row["Expected calibration error"] == pytest.approx(0.2)
    (words,) = of_kind(calibration.report(contest), Paragraph)
    assert "is surer than it should be" in words.text
    assert "15 bins of equal width" in table.hint


def test_reliability_leaves_out_empty_bins(make_comparison):
    contest = make_comparison([0] * 10, probabilities_for([0] * 6 + [1] * 4, confidence=0.8))
    reliability, histogram = of_kind(calibration.report(contest), Chart)
    (only,) = reliability.rows["bins"]
    assert (only["count"], only["accuracy"]) == (10, pytest.approx(0.6))
    shares = [row["share"] for row in histogram.rows["bins"][:-1]]
    assert sum(shares) == pytest.approx(1)


def test_averaged_answers_can_beat_the_best(make_comparison):
    # Each is unsure where it is wrong.
    first = np.concatenate([probabilities_for([0] * 8), probabilities_for([1] * 2, confidence=0.4)])
    second = np.concatenate(
        [probabilities_for([1] * 2, confidence=0.4), probabilities_for([0] * 8)]
    )
    blocks = ensemble._together(make_comparison([0] * 10, first, second))
    assert blocks[0].text.startswith("Averaged, they are 20.00 points better than **A**")
    assert "may well be chance" in blocks[0].text
    assert blocks[1].rows[-1] == {"Run": ensemble.AVERAGE, "Accuracy": 1.0}


def test_what_all_get_wrong_is_shown(make_comparison):
    contest = make_comparison([0, 0, 0], [1, 0, 2], [1, 1, 0])
    (gallery,) = of_kind(ensemble.report(contest), Gallery)
    assert [card.index for card in gallery.cards] == [0]
    assert gallery.title == "Wrong for all of them: 1 image"
    assert gallery.cards[0].truth == "T-shirt/top"


def test_hardest_of_a_class(make_comparison):
    contest = make_comparison([0, 0, 1], probabilities_for([0, 1, 0]))
    assert list(hard_examples.of_class(contest, "loss", None)) == [1, 2, 0]
    assert list(hard_examples.of_class(contest, "loss", 0)) == [1, 0]
    assert list(hard_examples.of_class(contest, "loss", 5)) == []


def test_cost_marks_the_front_and_the_picked(make_comparison):
    contest = make_comparison([0] * 10, [0] * 9 + [1], [0] * 8 + [1] * 2)
    other = make_comparison([0] * 10, [0] * 10).runs[0].summary
    dear = other.report.model_copy(update={"parameters": 10_000_000})
    other = replace(other, run=Run(Path("elsewhere")), name="dear", report=dear)
    rows = [*(entrant.summary for entrant in contest.runs), other]
    (chart,) = of_kind(cost.blocks(contest, rows), Chart)
    picked = {row["label"]: row["picked"] for row in chart.rows["runs"]}
    assert list(picked.values()).count(True) == 2
    assert [point["cost"] for point in chart.rows["front"]] == [235_146, 10_000_000]


def test_cost_leaves_out_other_test_sets(make_comparison):
    contest = make_comparison([0] * 10, [0] * 10)
    other = replace(make_comparison([0] * 5, [0] * 5).runs[0].summary, run=Run(Path("elsewhere")))
    rows = [contest.runs[0].summary, other]
    (chart,) = of_kind(cost.blocks(contest, rows), Chart)
    assert len(chart.rows["runs"]) == 1


def test_latency_is_missing_until_it_is_measured(make_comparison):
    contest = make_comparison([0] * 10, [0] * 10)
    rows = [contest.runs[0].summary]
    (words,) = cost.blocks(contest, rows, cost="latency")
    assert words.text == "Nobody has measured the latency yet."
    recipe = get_preset("mlp-quick").recipe
    found = latency.Latency(milliseconds=2.5, device="a processor")
    measurement_cache.save(latency.latency_file(recipe), found)
    (chart,) = of_kind(cost.blocks(contest, rows, cost="latency"), Chart)
    assert chart.rows["runs"][0]["cost"] == 2.5
