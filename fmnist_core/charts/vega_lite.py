"""Convert an Altair chart with named, empty data sets to a Vega-Lite specification.

The rows are passed separately, so the specification does not change while a run trains, and the
browser only replaces rows, without flicker.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import altair as alt

Rows: TypeAlias = Sequence[Mapping[str, Any]]
"""The rows of one data set."""
Metric = Literal["loss", "accuracy"]
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
