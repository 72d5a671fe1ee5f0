"""The leaderboard's lines."""

import statistics
from dataclasses import replace

import pytest
from scipy.stats import binomtest

from fmnist_core.compare_page import leaderboard_rows, recipe_differences
from fmnist_core.compare_page.leaderboard_rows import COLUMNS
from fmnist_core.runs import summary
from fmnist_core.training.presets import get_preset

RECIPE = get_preset("cnn-quick").recipe
SEEDS = [RECIPE.changed(seed=seed) for seed in (0, 1, 2)]
OTHER = get_preset("mlp-quick").recipe


@pytest.fixture
def rows(make_comparison):
    answers = ([0] * 9 + [1], [0] * 8 + [1] * 2, [0] * 7 + [1] * 3, [0] * 10)
    contest = make_comparison([0] * 10, *answers, recipes=[*SEEDS, OTHER])
    return [entrant.summary for entrant in contest.runs]


def test_the_most_accurate_comes_first(rows):
    found = summary.finished_runs([*rows, replace(rows[0], report=None)])
    assert [row.name for row in found] == ["D", "A", "B", "C"]


def test_each_column_is_filled(rows):
    for line in leaderboard_rows.lines(rows, grouped=False):
        assert list(line.values) == list(COLUMNS)
        missing = [name for name, value in line.values.items() if value in (None, "")]
        assert set(missing) <= {"Latency", "Made by"}


def test_interval_is_wilsons(rows):
    line = leaderboard_rows.lines(rows, grouped=False)[1]
    low, high = binomtest(9, 10).proportion_ci(method="wilson")
    assert line.values["95% interval"] == f"{100 * low:.1f} – {100 * high:.1f}"


def test_seeds_of_one_recipe_share_a_line(rows):
    assert leaderboard_rows.has_groups(rows)
    first, group = leaderboard_rows.lines(rows, grouped=True)
    assert first.values["Run"] == "D"
    assert group.values["Run"] == "CNN × 3 seeds"
    assert group.values["Accuracy"] == pytest.approx(0.8)
    deviation = 100 * statistics.stdev([0.9, 0.8, 0.7])
    assert group.values["95% interval"] == f"± {deviation:.2f}"
    assert [row.name for row in group.rows] == ["A", "B", "C"]


def test_the_same_run_twice_is_no_seed(make_comparison):
    contest = make_comparison([0, 0], [0, 1], [0, 0], recipes=[RECIPE, RECIPE])
    (line,) = leaderboard_rows.lines([entrant.summary for entrant in contest.runs], grouped=True)
    assert line.values["Run"] == "CNN × 2 runs"


def test_what_a_run_keeps_makes_no_other_line(make_comparison):
    contest = make_comparison(
        [0, 0], [0, 1], [0, 0], recipes=[RECIPE, RECIPE.changed(seed=1, keep_epochs="never")]
    )
    (line,) = leaderboard_rows.lines([entrant.summary for entrant in contest.runs], grouped=True)
    assert line.values["Run"] == "CNN × 2 seeds"


def test_another_start_is_another_line(rows):
    other = replace(rows[1], started_from="ImageNet (x)")
    assert len(recipe_differences.by_recipe([rows[0], other])) == 2


def test_worst_class_is_the_one_with_the_lowest_f1(make_comparison):
    contest = make_comparison([*range(10)] * 2, [*range(10), *range(6), 0, *range(7, 10)])
    (line,) = leaderboard_rows.lines([contest.runs[0].summary], grouped=False)
    assert line.values["Worst class"] == "66.7% Shirt"
