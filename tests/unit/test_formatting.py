"""Numbers as a person says them."""

import pytest

from fmnist_core import formatting


@pytest.mark.parametrize(
    ("number", "said"),
    [(7, "7"), (999, "999"), (1000, "1 k"), (535_818, "536 k"), (1.07e6, "1.07 M"), (2e9, "2 G")],
)
def test_count(number: float, said: str) -> None:
    assert formatting.format_count(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "under 1 s"),
        (12.4, "12 s"),
        (119, "119 s"),
        (150, "2 min"),
        (3900, "1 h 5 min"),
        (35_990, "10 h"),
        (36_000, "10 h"),
        (106_620, "30 h"),
    ],
)
def test_duration(seconds: float, said: str) -> None:
    assert formatting.format_duration(seconds) == said


def test_memory_and_plurals() -> None:
    assert formatting.format_bytes(803e6) == "803 MB"
    assert formatting.format_bytes(1.54e9) == "1.5 GB"
    assert formatting.pluralize(1, "run") == "1 run"
    assert formatting.pluralize(1200, "run") == "1,200 runs"
