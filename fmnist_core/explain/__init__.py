"""The page Explain: heatmaps over predictions, and how far they can be trusted."""
