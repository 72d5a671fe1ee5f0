"""Cost against accuracy."""

from dataclasses import replace
from pathlib import Path

from fmnist_core.comparison_report.cost import cost_blocks
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
