"""Export rows as CSV that is safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

FORMULA_PREFIXES = ("=", "+", "-", "@")
"""Text that starts with one of these would be evaluated as a formula."""


def rows_to_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    """Return CSV with a header and all rows, numbers in full precision."""
    file = io.StringIO()
    names = list(columns or (rows[0] if rows else ()))
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _escape_formula(row[name]) for name in names} for row in rows)
    return file.getvalue()


def _escape_formula(value: Any) -> Any:
    """Mark text that a spreadsheet would take for a formula as text."""
    is_formula = isinstance(value, str) and value.startswith(FORMULA_PREFIXES)
    return f"'{value}" if is_formula else value
