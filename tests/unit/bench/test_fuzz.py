"""The benchmark counts what a reader accepts, refuses and chokes on."""

import random

import pytest

from fmnist_core.bench import fuzz, mutations
from fmnist_core.bench.fuzz_targets import TARGETS, FuzzTarget
from fmnist_core.errors import DataError


def read_three_ways(content, _):
    if content.startswith(b"a"):
        raise DataError("refused")
    if content.startswith(b"b"):
        raise KeyError("a bug")


@pytest.fixture
def target():
    """A reader that accepts, refuses and fails, one input in three each."""
    numbers = iter(range(1000))
    return FuzzTarget(
        title="abc",
        share=1,
        seeds=lambda: [b"c"],
        mutate=lambda *_: b"abc"[next(numbers) % 3 :],
        read=read_three_ways,
    )


def test_outcomes_are_counted_and_bad_inputs_are_kept(target, tmp_path):
    row, errors = fuzz.fuzz(target, 30, keep=tmp_path / "bad")
    assert (row["accepted"], row["refused"], row["num_unexpected"]) == (10, 10, 10)
    assert errors[0] == {"reader": "abc", "input": 1, "error": "KeyError: 'a bug'"}
    assert len(list((tmp_path / "bad").iterdir())) == 10


@pytest.mark.parametrize("key", TARGETS)
def test_input_follows_from_its_seed(key):
    target = TARGETS[key]
    seeds = target.seeds()
    assert target.mutate(seeds, random.Random(5)) == target.mutate(seeds, random.Random(5))
    assert len({target.mutate(seeds, random.Random(number)) for number in range(20)}) > 10


def test_shares_are_percentages():
    assert sum(target.share for target in TARGETS.values()) == 100


def test_mutated_json_often_stays_json():
    seeds = TARGETS["report"].seeds()
    contents = [mutations.mutate_json(seeds, random.Random(number)) for number in range(50)]
    assert sum(content.strip().endswith(b"}") for content in contents) > 25
