"""Compare: pick runs in the leaderboard, and see which is better, where, and whether it is real."""

from fmnist_core.compare import entering, leaderboard, likeness, news, switch, twins
from fmnist_core.ui import catalogue, page

page.frame("Compare", "Which model is better, where, and is the difference real?")

rows = catalogue.rows()
picked = leaderboard.choose(rows)
leaderboard.damaged(rows)
news.line(rows)
contest = entering.enter(picked)
if contest:
    likeness.show(contest)
    switch.show(contest)
    twins.panel(contest)
