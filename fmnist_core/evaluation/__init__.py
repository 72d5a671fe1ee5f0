"""Metrics and statistics: pure functions from arrays to arrays."""
