"""A run in motion: queue, dispatcher, worker and background commands."""
