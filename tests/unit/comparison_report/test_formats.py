"""Values of a table as text."""

import pytest

from fmnist_core.comparison_report.formats import format_value


@pytest.mark.parametrize(
    ("value", "column_format", "text"),
    [
        (0.93751, "percent", "93.75%"),
        (0.9375, "percent_1", "93.8%"),
        (-0.0123, "points", "-1.23"),
        (1234567, "count", "1,234,567"),
        (1234567, "compact", "1.23 M"),
        (0.26034, "decimal", "0.260"),
        (125.0, "seconds", "2 min"),
        (0.571, "milliseconds", "0.6 ms"),
        (None, "milliseconds", ""),
    ],
)
def test_each_format(value, column_format, text):
    assert format_value(value, column_format) == text
