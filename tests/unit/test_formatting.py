"""Numbers, durations and sizes are formatted for people."""

import pytest

from fmnist_core import formatting


@pytest.mark.parametrize(
    ("number", "text"),
    [(7, "7"), (999, "999"), (1000, "1 k"), (535_818, "536 k"), (1.07e6, "1.07 M"), (2e9, "2 G")],
)
def test_counts(number: float, text: str) -> None:
    assert formatting.format_count(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
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
def test_durations(seconds: float, text: str) -> None:
    assert formatting.format_duration(seconds) == text


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0.61, "0.6 ms"), (12.3, "12 ms"), (1234, "1.2 s")]
)
def test_latencies(milliseconds: float, text: str) -> None:
    assert formatting.format_latency(milliseconds) == text


@pytest.mark.parametrize(
    ("probability", "text"),
    [(1, "100%"), (0.914, "91%"), (0.006, "1%"), (0.005, "<1%"), (1e-9, "<1%"), (0, "0%")],
)
def test_only_a_probability_of_zero_reads_zero(probability: float, text: str) -> None:
    assert formatting.format_probability(probability) == text


def test_bytes_and_plurals() -> None:
    assert formatting.format_bytes(803e6) == "803 MB"
    assert formatting.format_bytes(1.54e9) == "1.5 GB"
    assert formatting.pluralize(1, "run") == "1 run"
    assert formatting.pluralize(1200, "run") == "1,200 runs"


def test_markdown_is_escaped() -> None:
    assert formatting.escape_markdown("*a*_b_ [c]") == r"\*a\*\_b\_ \[c\]"


@pytest.mark.parametrize("address", ["http://a.test/b", "HTTPS://a.test", "www.a.test", "a@b.test"])
def test_an_address_in_a_name_becomes_no_link(address):
    escaped = formatting.escape_markdown(f"see {address}").replace("\\", "")
    assert address not in escaped
    assert escaped.replace(formatting.WORD_JOINER, "") == f"see {address}"
