"""Cost against accuracy."""

from dataclasses import replace
from pathlib import Path

import pytest

from fmnist_core.comparison_report.cost import chart_floor, cost_blocks
from fmnist_core.runs.run import Run
from fmnist_core.training import latency, measurement_cache
from fmnist_core.training.presets import get_preset


def test_chart_marks_the_front_and_the_compared_runs(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 9 + [1], [0] * 8 + [1] * 2)
    other = make_comparison([0] * 10, [0] * 10).runs[0].summary
    report = other.report.model_copy(update={"parameters": 10_000_000})
    other = replace(other, run=Run(Path("elsewhere")), name="expensive", report=report)
    runs = [*(run.summary for run in comparison.runs), other]
    chart, _ = cost_blocks(comparison, runs, cost="parameters")
    compared = {row["label"]: row["compared"] for row in chart.rows["runs"]}
    assert list(compared.values()).count(True) == 2
    assert [point["cost"] for point in chart.rows["front"]] == [235_146, 10_000_000]


def test_exploded_run_does_not_flatten_the_others(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 9 + [1], [0] * 8 + [1] * 2, [1] * 9 + [0])
    runs = [run.summary for run in comparison.runs]
    chart, _ = cost_blocks(comparison, runs, cost="parameters")
    rows = {row["label"]: row for row in chart.rows["runs"]}
    assert {label: row["cut_off"] for label, row in rows.items()} == {
        "A": False, "B": False, "C": True,
    }  # fmt: skip
    assert (rows["C"]["accuracy"], rows["C"]["height"]) == (0.1, 0.8)
    assert "1 run far below this chart" in chart.hint


@pytest.mark.parametrize("has_tooltips", [True, False])
def test_only_a_chart_with_tooltips_asks_to_hover(make_comparison, has_tooltips):
    comparison = make_comparison([0] * 10, [0] * 10)
    chart, _ = cost_blocks(comparison, [], cost="parameters", has_tooltips=has_tooltips)
    assert ("hover" in chart.hint) == has_tooltips


@pytest.mark.parametrize(
    ("accuracies", "floor"),
    [([0.9], 0.9), ([0.94, 0.93, 0.9], 0.9), ([0.94, 0.93, 0.92, 0.1], 0.92), ([0.1, 0.1], 0.1)],
)
def test_chart_begins_where_the_runs_are(accuracies, floor):
    assert chart_floor(accuracies) == floor


def test_runs_with_other_test_sets_are_left_out(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 10)
    other = replace(make_comparison([0] * 5, [0] * 5).runs[0].summary, run=Run(Path("elsewhere")))
    chart, _ = cost_blocks(comparison, [comparison.runs[0].summary, other], cost="parameters")
    assert len(chart.rows["runs"]) == 1


def test_latency_is_missing_until_it_is_measured(make_comparison):
    comparison = make_comparison([0] * 10, [0] * 10)
    (paragraph,) = cost_blocks(comparison, [], cost="latency")
    assert paragraph.text == "Latency has not been measured yet."
    recipe = get_preset("mlp-quick").recipe
    measured = latency.Latency(milliseconds=2.5, device="a processor")
    measurement_cache.save(latency.latency_file(recipe), measured)
    chart, _ = cost_blocks(comparison, [], cost="latency")
    assert chart.rows["runs"][0]["cost"] == 2.5
