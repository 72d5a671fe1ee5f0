"""Run training jobs: queue, dispatcher, executors, worker and background commands."""
