"""A table's values as text."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from fmnist_core import formatting
from fmnist_core.compare_page.blocks import Format

FORMATS: Mapping[Format, Callable[[Any], str]] = MappingProxyType(
    {
        "text": str,
        "percent": lambda share: f"{share:.2%}",
        "share": lambda share: f"{share:.1%}",
        "points": lambda share: f"{100 * share:+.2f}",
        "count": lambda number: f"{number:,}",
        "large": formatting.format_count,
        "figure": lambda number: f"{number:.3f}",
        "seconds": formatting.format_duration,
        "time": lambda milliseconds: f"{milliseconds:.1f} ms",
    }
)


def said(value: Any, how: Format) -> str:
    """One value as a person reads it; nothing where it is not known."""
    return "" if value is None else FORMATS[how](value)
