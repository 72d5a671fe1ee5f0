"""The data set: sources, verification, splits, augmentation and normalization."""
