"""Specifications are pure: the same names make the same one."""

from fmnist_core.charts.learning_curves import learning_chart
from fmnist_core.charts.vega_lite import chart_spec


def test_specification_does_not_depend_on_rows():
    options = {"title": "Loss", "runs": ("A", "B"), "axis": "epochs"}
    assert chart_spec(learning_chart, **options) is chart_spec(learning_chart, **options)
