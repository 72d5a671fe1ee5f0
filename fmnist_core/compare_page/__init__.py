"""The page Compare: pick runs in the leaderboard, and draw the views of their comparison."""
