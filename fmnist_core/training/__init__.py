"""Recipes, presets, events, the training loop, and cost estimates."""
