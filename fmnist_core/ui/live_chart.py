"""Draw a chart whose data is updated in place."""

from collections.abc import Callable, Mapping
from typing import Any

# Altair takes a half-imported Pandas for a whole one: on a busy server, another thread may just
# be importing it (AttributeError, Altair 6.3).
import pandas as pd  # noqa: F401
import pyarrow as pa
import streamlit as st

from fmnist_core.charts.vega_lite import Rows


def draw_chart(
    spec: Mapping[str, Any],
    rows: Mapping[str, Rows],
    *,
    key: str,
    description: str,
    on_select: Callable[[], None] | None = None,
) -> None:
    """Draw the Vega-Lite specification `spec` over named `rows`.

    `description` is for users who cannot see the chart. `on_select` is called after a click that
    changes the selection.

    `st.altair_chart` names data by its content, so every new row creates a new chart, which
    flickers; the rows of a named data set are replaced inside the existing chart.
    """
    datasets = {name: _to_table(part) for name, part in rows.items()}
    st.vega_lite_chart(
        spec={**spec, "datasets": datasets},
        key=key,
        width="stretch",
        theme="streamlit",
        alt=description,
        on_select=on_select or "ignore",
    )


def _to_table(rows: Rows) -> pa.Table | list[Mapping[str, Any]]:
    """Rows as the table that Streamlit sends; through Pandas, it would take five times as long."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    try:
        columns = [pa.array([row.get(name) for row in rows], from_pandas=True) for name in names]
    except (pa.ArrowException, OverflowError):
        return list(rows)  # texts and numbers in one column
    return pa.table(columns, names=names) if names else []
