"""View: can a heatmap be trusted? Four measurements and their verdict."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from fmnist_core.attribution import overlay
from fmnist_core.attribution.verdict import Verdict, judge
from fmnist_core.charts.vega_lite import chart_spec
from fmnist_core.errors import LabError
from fmnist_core.explain_page import charts, compute, heatmap_cards
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.html_snippets import MUTED
from fmnist_core.ui import live_chart

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness

ICONS = {
    "faithful": ":green[:material/check_circle:]",
    "doubtful": ":orange[:material/help:]",
    "not faithful": ":red[:material/cancel:]",
}
SEVERAL_CAN_PASS = (
    "Several different heatmaps can pass: passing means that the highlighted pixels matter, not "
    "that they are the only ones."
)
BLACK_CONFIDENCE = 0.5
"""Confidence in the class for an all-black image from which on a note appears."""
NUMBER_CELL = "text-align:right;padding-left:10px;white-space:nowrap"
EXPLANATION = (
    "- **Deletion and insertion** (Petsiuk et al. 2018): pixels turn black in the order of the "
    "heatmap, or appear on a black picture in that order. If the heatmap is right, confidence "
    "falls faster, and rises faster, than in random order (dashed). The area is the average height "
    "of a curve.\n"
    "- **ROAD** (Rong et al. 2022): the same, but removed pixels are filled in from their "
    "neighbors, so that no black hole gives the class away. The change in confidence is averaged "
    "over 10% to 90% of the pixels: it should be large when the most relevant pixels go, and small "
    "when the least relevant go.\n"
    "- **Random weights** (Adebayo et al. 2018): the heatmap of the same network without training. "
    "If both look alike (rank correlation near 1), the heatmap shows the edges in the picture, not "
    "what the model learned.\n\n"
    "One picture is evidence, not proof: of 30 random blobs that had nothing to do with the model, "
    "one passed as faithful too. Look at several pictures before you trust a method."
)


def draw_faithfulness(request: ExplainRequest) -> None:
    """Measure the heatmaps one after the other and draw a verdict for each."""
    for explanation in compute.explain_all(request):
        with st.container(border=True):
            _draw_verdict(explanation, request)
    st.caption(SEVERAL_CAN_PASS)
    with st.expander("What is measured?", icon=":material/help:"):
        st.markdown(EXPLANATION)


def _draw_verdict(explanation: Explanation, request: ExplainRequest) -> None:
    name = escape_markdown(f"{explanation.model.name} · {explanation.method.title}")
    if explanation.key is None or explanation.problem:
        st.header(name, anchor=False)
        st.info(escape_markdown(explanation.problem or ""), icon=":material/hide_image:")
        return
    try:
        with st.spinner("Measuring …", show_time=True):
            measured = compute.measure_faithfulness(explanation.key)
    except LabError as error:
        st.header(name, anchor=False)
        st.info(escape_markdown(str(error)), icon=":material/hide_image:")
        return
    verdict = judge(measured)
    st.caption(name)
    st.header(f"{ICONS[verdict.level]} {escape_markdown(verdict.headline)}", anchor=False)
    st.markdown(escape_markdown(verdict.sentence))
    st.html(
        f'<div class="trust">{_heatmap_pair_html(explanation, measured, request)}'
        f"{_checks_html(verdict)}</div>"
    )
    target, black_confidence = explanation.key.target, float(measured.deletion[-1])
    if target.against is None and black_confidence > BLACK_CONFIDENCE:
        st.caption(
            f"The model gives {CLASSES[target.label]} {black_confidence:.0%} even for an all-black "
            "picture."
        )
    with st.expander("Numbers and curves", icon=":material/show_chart:"):
        st.html(_numbers_html(measured))
        _draw_curves(explanation, measured)


def _checks_html(verdict: Verdict) -> str:
    """Each check with whether the heatmap passed it."""
    lines = "".join(
        f"<li><b>{'✓' if check.passed else '✗'}</b> <span>{escape(check.text)}</span></li>"
        for check in verdict.checks
    )
    return f'<ul class="checks">{lines}</ul>'


def _heatmap_pair_html(
    explanation: Explanation, measured: "Faithfulness", request: ExplainRequest
) -> str:
    """The heatmap beside that of random weights."""
    trained = overlay.displayed_weights(explanation.heatmap, request.style)
    randomized = overlay.displayed_weights(measured.randomized, request.style)
    empty = ": empty" if randomized is None else ""
    figures = "".join(
        f"<figure>{_overlay_html(weights, title, request)}<figcaption>{title}</figcaption></figure>"
        for weights, title in ((trained, "Trained"), (randomized, f"Random weights{empty}"))
    )
    return f'<div><p class="note">{escape(explanation.caption)}</p><div>{figures}</div></div>'


def _overlay_html(weights: np.ndarray | None, title: str, request: ExplainRequest) -> str:
    pixels = overlay.overlay_image(request.image.pixels, weights, request.style)
    return heatmap_cards.image_html(pixels, title)


def _numbers_html(measured: "Faithfulness") -> str:
    correlation = "–" if measured.similarity is None else f"{measured.similarity:.2f}"
    rows = [
        ("Deletion, area", f"{measured.deletion_area:.2f}",
         f"random {measured.random_deletion_area:.2f}"),
        ("Insertion, area", f"{measured.insertion_area:.2f}",
         f"random {measured.random_insertion_area:.2f}"),
        ("ROAD, most relevant removed", f"{100 * measured.road_most:+.0f}", "percentage points"),
        ("ROAD, least relevant removed", f"{100 * measured.road_least:+.0f}", "percentage points"),
        ("Rank correlation with random weights", correlation, ""),
    ]  # fmt: skip
    lines = "".join(
        f'<tr><td style="padding:2px 0">{name}</td><td style="{NUMBER_CELL}">{number}</td>'
        f'<td style="padding-left:8px;white-space:nowrap;{MUTED}">{note}</td></tr>'
        for name, number, note in rows
    )
    return f'<table style="font-size:.78rem;width:100%">{lines}</table>'


def _draw_curves(explanation: Explanation, measured: "Faithfulness") -> None:
    name = explanation.model.name
    live_chart.draw_chart(
        chart_spec(charts.curve_chart),
        {"points": curve_rows(measured)},
        key=f"curves {name} {explanation.method.key}",
        description=f"Confidence of {name} as pixels are removed and inserted in the order of its "
        "heatmap",
    )


def curve_rows(measured: "Faithfulness") -> list[dict[str, Any]]:
    """Make the rows of `charts.curve_chart` from the four curves."""
    curves: list[tuple[str, str, np.ndarray]] = [
        (charts.DELETION, charts.HEATMAP_ORDER, measured.deletion),
        (charts.DELETION, charts.RANDOM_ORDER, measured.random_deletion),
        (charts.INSERTION, charts.HEATMAP_ORDER, measured.insertion),
        (charts.INSERTION, charts.RANDOM_ORDER, measured.random_insertion),
    ]
    return [
        {
            "fraction": round(float(fraction), 4),
            "confidence": round(float(confidence), 4),
            "curve": name,
            "order": order,
        }
        for name, order, curve in curves
        for fraction, confidence in zip(measured.fractions, curve, strict=True)
    ]
