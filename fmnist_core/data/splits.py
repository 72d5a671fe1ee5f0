"""Stratified splits, in which every class keeps its proportion."""

import numpy as np

SPLIT_SEED = 0
"""The same for all runs, whatever their own seed, so that validation metrics are comparable."""


def stratified_split(
    labels: np.ndarray, *, num_held_out: int, seed: int = SPLIT_SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Split `labels` [N] into indices (remaining, held out), each int64 and ascending.

    Every class contributes in proportion to its size. Fractions are rounded by the largest
    remainder, so that exactly `num_held_out` are held out.
    """
    generator = np.random.default_rng(seed)
    classes, class_sizes = np.unique(labels, return_counts=True)
    quotas = class_sizes * num_held_out / len(labels)
    counts = np.floor(quotas).astype(int)
    num_missing = num_held_out - counts.sum()
    counts[np.argsort(counts - quotas, kind="stable")[:num_missing]] += 1
    held_out = np.concatenate(
        [
            generator.permutation(np.flatnonzero(labels == label))[:count]
            for label, count in zip(classes, counts, strict=True)
        ]
    )
    held_out = np.sort(held_out)
    return np.setdiff1d(np.arange(len(labels)), held_out), held_out
