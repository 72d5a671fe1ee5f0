"""Run folders, the queue and the worker process."""
