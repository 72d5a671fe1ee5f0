"""Recipes, presets, events, the training loop and what a run will cost."""
