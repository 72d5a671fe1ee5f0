"""Run training jobs: queue, dispatcher, worker and background commands."""
