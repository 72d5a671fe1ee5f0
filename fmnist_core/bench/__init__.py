"""Benchmarks, reached through `python -m fmnist_core bench`."""
