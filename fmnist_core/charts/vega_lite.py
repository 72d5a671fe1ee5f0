"""From an Altair chart over named, empty data sets to its Vega-Lite specification.

The rows are handed over beside the specification. So it stays the same while a run goes on, and the
browser only takes in new rows, without a flicker.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import altair as alt

Rows: TypeAlias = Sequence[Mapping[str, Any]]
"""The rows of one data set."""
LayeredChart: TypeAlias = alt.LayerChart | alt.FacetChart
"""The declared return type of `alt.layer`."""


@lru_cache(maxsize=128)
def chart_spec(make_chart: Callable[..., LayeredChart], **options: Hashable) -> Mapping[str, Any]:
    """Return the Vega-Lite specification of `make_chart(**options)`.

    It is cached, because Altair takes 50 ms to write one.
    """
    with alt.theme.enable("none"):  # Streamlit adds its own theme and sizes.
        spec: dict[str, Any] = make_chart(**options).to_dict()
    return spec
