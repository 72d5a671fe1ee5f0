"""Rows of the leaderboard."""

import statistics
from dataclasses import replace

import pytest
from scipy.stats import binomtest

from fmnist_core.comparison_report.leaderboard_rows import (
    COLUMNS,
    has_repeated_runs,
    leaderboard_rows,
    leaderboard_table,
)
from fmnist_core.runs import summary
from fmnist_core.training.presets import get_preset

RECIPE = get_preset("cnn-quick").recipe
SEEDS = [RECIPE.changed(seed=seed) for seed in (0, 1, 2)]
OTHER = get_preset("mlp-quick").recipe


def summaries(comparison):
    return [run.summary for run in comparison.runs]


@pytest.fixture
def comparison(make_comparison):
    predictions = ([0] * 9 + [1], [0] * 8 + [1] * 2, [0] * 7 + [1] * 3, [0] * 10)
    comparison = make_comparison([0] * 10, *predictions, recipes=[*SEEDS, OTHER])
    runs = tuple(replace(run, summary=replace(run.summary, by="Ada")) for run in comparison.runs)
    return replace(comparison, runs=runs)


@pytest.fixture
def runs(comparison):
    return summaries(comparison)


def test_most_accurate_run_comes_first(runs):
    finished = summary.finished_runs([*runs, replace(runs[0], report=None)])
    assert [run.name for run in finished] == ["D", "A", "B", "C"]


def test_each_column_is_filled(runs):
    for row in leaderboard_rows(runs, grouped=False):
        assert list(row.values) == list(COLUMNS)
        missing = [title for title, value in row.values.items() if value in (None, "")]
        assert set(missing) <= {"Latency", "Made by"}


def test_table_of_compared_runs_keeps_their_order(comparison):
    table = leaderboard_table(comparison)
    assert [row["Run"] for row in table.rows] == ["A", "B", "C", "D"]


def test_interval_is_wilsons(runs):
    row = leaderboard_rows(runs, grouped=False)[1]
    low, high = binomtest(9, 10).proportion_ci(method="wilson")
    assert row.values["95% interval"] == f"{100 * low:.1f} – {100 * high:.1f}"


def test_seeds_of_one_recipe_share_a_row(runs):
    assert has_repeated_runs(runs)
    first, group = leaderboard_rows(runs, grouped=True)
    assert first.values["Run"] == "D"
    assert group.values["Run"] == "CNN × 3 seeds"
    assert group.values["Accuracy"] == pytest.approx(0.8)
    deviation = 100 * statistics.stdev([0.9, 0.8, 0.7])
    assert group.values["95% interval"] == f"± {deviation:.2f}"
    assert [run.name for run in group.runs] == ["A", "B", "C"]


def test_same_seed_twice_is_two_rows(runs):
    again = replace(runs[1], recipe=RECIPE)
    assert not has_repeated_runs([runs[0], again])
    assert len(leaderboard_rows([runs[0], again], grouped=True)) == 2


def test_saved_epochs_make_no_other_recipe(runs):
    other = replace(runs[1], recipe=RECIPE.changed(seed=1, keep_epochs="never"))
    (row,) = leaderboard_rows([runs[0], other], grouped=True)
    assert row.values["Run"] == "CNN × 2 seeds"


def test_worst_class_is_the_one_with_the_lowest_f1(make_comparison):
    comparison = make_comparison([*range(10)] * 2, [*range(10), *range(6), 0, *range(7, 10)])
    (row,) = leaderboard_rows(summaries(comparison), grouped=False)
    assert row.values["Worst class"] == "66.7% Shirt"


def test_other_initial_weights_make_another_row(runs):
    other = replace(runs[1], started_from="ImageNet (x)")
    assert not has_repeated_runs([runs[0], other])
    assert len(leaderboard_rows([runs[0], other], grouped=True)) == 2
