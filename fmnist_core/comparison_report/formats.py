"""Formats of table columns, and values as text."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from fmnist_core import formatting

Format = Literal[
    "text",
    "percent",
    "percent_1",
    "points",
    "count",
    "compact",
    "decimal",
    "seconds",
    "milliseconds",
]
"""How the values of a column are written: fractions as `percent` with two decimals, as `percent_1`
with one, or as signed percentage `points`; numbers in full, compact (1.2 M) or with three decimals.
"""
FRACTIONS: tuple[Format, ...] = ("percent", "percent_1", "points")
"""Formats whose values are fractions and are shown times 100."""
FORMATTERS: Mapping[Format, Callable[[Any], str]] = MappingProxyType(
    {
        "text": str,
        "percent": lambda fraction: f"{fraction:.2%}",
        "percent_1": lambda fraction: f"{fraction:.1%}",
        "points": lambda fraction: f"{100 * fraction:+.2f}",
        "count": lambda number: f"{number:,}",
        "compact": formatting.format_count,
        "decimal": lambda number: f"{number:.3f}",
        "seconds": formatting.format_duration,
        "milliseconds": lambda milliseconds: f"{milliseconds:.1f} ms",
    }
)


def format_value(value: Any, column_format: Format) -> str:
    """Write one value as text; empty if it is unknown."""
    return "" if value is None else FORMATTERS[column_format](value)
