"""A chart as a picture without a browser: Altair's companion vl-convert draws it."""

from typing import Any

from fmnist_core.compare_page.blocks import Chart

VEGA_LITE = "6.4"
"""The version that Altair writes for."""
SCALE = 2
CONFIG = {
    "background": "white",
    "font": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {"gridColor": "#e4e8ee", "domainColor": "#808590", "tickColor": "#808590"},
}


def svg(chart: Chart, *, titled: bool = True) -> str:
    """As a vector picture."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(whole(chart, titled=titled), vl_version=VEGA_LITE))


def png(chart: Chart) -> bytes:
    """As pixels, at twice the size."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(whole(chart), vl_version=VEGA_LITE, scale=SCALE))


def whole(chart: Chart, *, titled: bool = True) -> dict[str, Any]:
    """A specification that needs nothing else, with its title, rows and width."""
    datasets = {name: list(rows) for name, rows in chart.rows.items()}
    title = {"title": {"text": chart.title, "anchor": "start", "fontSize": 14}} if titled else {}
    return {
        **chart.spec,
        **title,
        "datasets": datasets,
        "width": chart.width,
        "config": {**chart.spec.get("config", {}), **CONFIG},
    }
