"""Benchmarks, run by `python -m fmnist_core bench`."""
