"""What can be trained: a registry of frozen specs, and the builders beside it."""
