"""Export a chart as SVG or PNG without a browser, with Altair's companion vl-convert."""

from typing import Any

from fmnist_core.comparison_report.blocks import Chart

VEGA_LITE = "6.4"
"""The Vega-Lite version that Altair writes."""
SCALE = 2
CONFIG = {
    "background": "white",
    "font": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {"gridColor": "#e4e8ee", "domainColor": "#808590", "tickColor": "#808590"},
}


def export_svg(chart: Chart, *, titled: bool = True) -> str:
    """Render the chart as SVG, with or without its title."""
    import vl_convert

    spec = complete_spec(chart, titled=titled)
    return str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))


def export_png(chart: Chart) -> bytes:
    """Render the chart as PNG at `SCALE` times its size."""
    import vl_convert

    spec = complete_spec(chart)
    return bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, scale=SCALE))


def complete_spec(chart: Chart, *, titled: bool = True) -> dict[str, Any]:
    """Return a self-contained specification with the chart's rows, width and title."""
    datasets = {name: list(rows) for name, rows in chart.rows.items()}
    title = {"title": {"text": chart.title, "anchor": "start", "fontSize": 14}} if titled else {}
    return {
        **chart.spec,
        **title,
        "datasets": datasets,
        "width": chart.width,
        "config": {**chart.spec.get("config", {}), **CONFIG},
    }
