"""Stratified splits: every class keeps its share."""

import numpy as np

SPLIT_SEED = 0
"""One split for all runs, whatever their seed, so that their validation figures compare."""


def stratified_split(
    labels: np.ndarray, *, num_held_out: int, seed: int = SPLIT_SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Indices (kept, held out), each int64 and ascending, for `labels` [N].

    Classes give to the held-out part in proportion; where that is no whole number, the largest
    remainders give one more, so that exactly `num_held_out` are held out.
    """
    generator = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    shares = counts * num_held_out / len(labels)
    takes = np.floor(shares).astype(int)
    missing = num_held_out - takes.sum()
    takes[np.argsort(takes - shares, kind="stable")[:missing]] += 1
    held_out = np.concatenate(
        [
            generator.permutation(np.flatnonzero(labels == label))[:take]
            for label, take in zip(classes, takes, strict=True)
        ]
    )
    held_out = np.sort(held_out)
    return np.setdiff1d(np.arange(len(labels)), held_out), held_out
