"""Compare: select runs in the leaderboard, and see which is better, where, and by how much."""

from fmnist_core.compare_page import ablation, auto_refresh, leaderboard, loading, view_tabs
from fmnist_core.ui import page, run_list

page.frame("Compare", "Which model is better, and where?")

runs = run_list.runs()
selected = leaderboard.draw_leaderboard(runs)
leaderboard.draw_damaged(runs)
auto_refresh.draw_progress(runs)
comparison = loading.load_comparison(selected)
if comparison:
    view_tabs.draw_views(comparison)
    ablation.draw_section(comparison)
