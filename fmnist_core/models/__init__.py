"""The models that can be trained: a registry of frozen specs, their builders, and inference."""
