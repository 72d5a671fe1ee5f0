"""Put a chart on the page so that it takes in new rows in place."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import streamlit as st

from fmnist_core.charts.palette import LayeredChart

Rows = Sequence[Mapping[str, Any]]


@lru_cache(maxsize=128)
def chart_spec(make: Callable[..., LayeredChart], **options: Hashable) -> Mapping[str, Any]:
    """The Vega-Lite specification of `make(**options)`; Altair takes 50 ms to write one."""
    with alt.theme.enable("none"):  # Streamlit's own theme and sizes
        written: dict[str, Any] = make(**options).to_dict()
    return written


def draw_chart(
    chart: Mapping[str, Any],
    rows: Mapping[str, Rows],
    *,
    key: str,
    says: str,
    on_select: Callable[[], None] | None = None,
) -> None:
    """Draw a `spec` over named `rows`; `says` is for those who cannot see it.

    `on_select` is called after a click that its selections take in.

    `st.altair_chart` names data by their content, so every new row would be a new chart that
    flickers; rows under a name of their own are replaced inside the one that stands there.
    """
    datasets = {name: list(part) for name, part in rows.items()}
    st.vega_lite_chart(
        spec={**chart, "datasets": datasets},
        key=key,
        width="stretch",
        theme="streamlit",
        alt=says,
        on_select=on_select or "ignore",
    )
