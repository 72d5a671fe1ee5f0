"""A table's values as text, and as a CSV file."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fmnist_core.compare.blocks import Format, Rows
from fmnist_core.ui import wording

FORMATS: Mapping[Format, Callable[[Any], str]] = MappingProxyType(
    {
        "text": str,
        "percent": lambda share: f"{share:.2%}",
        "share": lambda share: f"{share:.1%}",
        "points": lambda share: f"{100 * share:+.2f}",
        "count": lambda number: f"{number:,}",
        "large": wording.count,
        "figure": lambda number: f"{number:.3f}",
        "seconds": wording.duration,
        "time": lambda milliseconds: f"{milliseconds:.1f} ms",
    }
)


FORMULA = ("=", "+", "-", "@")
"""How a spreadsheet's formulas begin."""


def said(value: Any, how: Format) -> str:
    """One value as a person reads it; nothing where it is not known."""
    return "" if value is None else FORMATS[how](value)


def csv_text(rows: Rows, columns: Sequence[str] | None = None) -> str:
    """All rows under their columns, numbers in full."""
    file = io.StringIO()
    names = list(columns or (rows[0] if rows else ()))
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _plain(row[name]) for name in names} for row in rows)
    return file.getvalue()


def _plain(value: Any) -> Any:
    """A run's name that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
