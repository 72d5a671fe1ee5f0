"""What a run started from, in the few words that stand beside its name."""

import re

SCRATCH = "scratch"
LONG_ID = 12
"""Longer ids are shortened to their end, which is what tells them apart."""


def short(started_from: str) -> str:
    """`ImageNet` of `ImageNet (resnet50.a1_in1k)`, `run …3f2a` of a run's; `scratch` stays."""
    if found := re.match(r"run (\S+)", started_from):
        return f"run {_short_id(found[1])}"
    return started_from.partition(" (")[0]


def asked(weights: str) -> str:
    """A recipe's `weights` as a person says it."""
    if weights.startswith("run:"):
        return f"run {_short_id(weights.removeprefix('run:'))}"
    return "ImageNet" if weights == "imagenet" else weights


def _short_id(run_id: str) -> str:
    return run_id if len(run_id) <= LONG_ID else f"…{run_id[-4:]}"
