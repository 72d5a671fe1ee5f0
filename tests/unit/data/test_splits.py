"""Splits have the exact size, are disjoint and reproducible, and keep class proportions."""

import numpy as np
import pytest

from fmnist_core.data.splits import stratified_split

LABELS = np.random.default_rng(0).permutation(np.repeat(np.arange(10), np.arange(20, 120, 10)))


@pytest.mark.parametrize("num_held_out", [0, 1, 7, 50, 333, len(LABELS)])
def test_parts_are_disjoint_and_exact(num_held_out):
    remaining, held_out = stratified_split(LABELS, num_held_out=num_held_out)
    assert len(held_out) == num_held_out
    assert np.array_equal(np.union1d(remaining, held_out), np.arange(len(LABELS)))
    assert len(remaining) + len(held_out) == len(LABELS)


@pytest.mark.parametrize("num_held_out", [50, 333])
def test_every_class_keeps_its_proportion(num_held_out):
    _, held_out = stratified_split(LABELS, num_held_out=num_held_out)
    counts = np.bincount(LABELS[held_out], minlength=10)
    expected = np.bincount(LABELS) * num_held_out / len(LABELS)
    assert np.abs(counts - expected).max() < 1


def test_split_depends_on_the_seed():
    first = stratified_split(LABELS, num_held_out=100)
    again = stratified_split(LABELS, num_held_out=100)
    other = stratified_split(LABELS, num_held_out=100, seed=1)
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[1], other[1])
