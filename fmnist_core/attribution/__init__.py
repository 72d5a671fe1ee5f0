"""Heatmaps of what a model looks at, and how far they can be trusted."""
