"""Compare: pick runs in the leaderboard, and see which is better, where, and whether it is real."""

from fmnist_core.compare_page import (
    ablation,
    auto_refresh,
    leaderboard,
    loading,
    recipe_differences,
    view_tabs,
)
from fmnist_core.ui import page, run_list

page.frame("Compare", "Which model is better, where, and is the difference real?")

rows = run_list.rows()
picked = leaderboard.choose(rows)
leaderboard.damaged(rows)
auto_refresh.line(rows)
contest = loading.enter(picked)
if contest:
    recipe_differences.show(contest)
    view_tabs.show(contest)
    ablation.panel(contest)
