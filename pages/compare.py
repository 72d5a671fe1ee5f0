"""Compare: select runs in the leaderboard, and see which is better, where, and by how much."""

import streamlit as st

from fmnist_core.compare_page import ablation, auto_refresh, leaderboard, loading, view_tabs
from fmnist_core.ui import page, run_list

page.frame("Compare", "Which model is better, and where?")

runs = run_list.runs()
selected = leaderboard.draw_leaderboard(runs)
leaderboard.draw_damaged(runs)
auto_refresh.draw_progress(runs)
comparison = loading.load_comparison(selected)
if comparison:
    views, fair_test = st.container(), st.container()
    with fair_test:  # first, so that the page can scroll to it when the views ask for it
        ablation.draw_section(comparison)
    with views:
        view_tabs.draw_views(comparison)
