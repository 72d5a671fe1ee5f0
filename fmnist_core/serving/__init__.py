"""Loaded models that predict, cached and shared by all sessions."""
