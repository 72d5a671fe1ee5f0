"""Charts send the rows that they are given."""

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest


def page(rows):
    from fmnist_core.ui.live_chart import draw_chart

    draw_chart({"mark": "point"}, {"rows": rows}, key="chart", description="A chart")


def sent_rows(rows):
    """The rows that arrive in the browser."""
    app = AppTest.from_function(page, args=(rows,)).run()
    assert not app.exception
    (chart,) = app.get("vega_lite_chart")
    (dataset,) = chart.proto.datasets
    return pa.ipc.open_stream(dataset.data.data).read_all().to_pylist()


@pytest.mark.parametrize(
    ("rows", "sent"),
    [
        ([], []),
        (
            [{"x": 1, "run": "a"}, {"x": 2, "run": "b"}],
            [{"x": 1, "run": "a"}, {"x": 2, "run": "b"}],
        ),
        ([{"x": 1}, {"x": 0.5}], [{"x": 1.0}, {"x": 0.5}]),
        ([{"x": 1.0}, {"x": float("nan")}], [{"x": 1.0}, {"x": None}]),
        ([{"x": 1}, {"y": "late"}], [{"x": 1, "y": None}, {"x": None, "y": "late"}]),
        ([{"x": 1}, {"x": "one"}], [{"x": "1"}, {"x": "one"}]),
    ],
    ids=["no rows", "numbers and texts", "mixed numbers", "NaN", "missing", "mixed types"],
)
def test_rows_arrive(rows, sent):
    assert sent_rows(rows) == sent
