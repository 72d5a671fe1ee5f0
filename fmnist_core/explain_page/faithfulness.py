"""Whether a map is to be trusted: four measurements, and what they say together."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from fmnist_core.attribution import overlay
from fmnist_core.attribution.verdict import Verdict, judge
from fmnist_core.errors import LabError
from fmnist_core.explain_page import charts, compute, heatmap_cards
from fmnist_core.explain_page.compute import Explanation
from fmnist_core.explain_page.request import ExplainRequest
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown
from fmnist_core.ui import live_chart

if TYPE_CHECKING:
    from fmnist_core.attribution.faithfulness import Faithfulness

ICONS = {
    "faithful": ":green-badge[:material/check:]",
    "doubtful": ":orange-badge[:material/help:]",
    "not faithful": ":red-badge[:material/close:]",
}
SEVERAL = (
    "Several different maps can pass: passing means that the marked pixels matter, not that they "
    "are the only ones."
)
STILL_SURE = 0.5
"""Confidence in the class for an empty picture that is worth a word."""
FIGURE = "text-align:right;padding-left:10px;white-space:nowrap"
MEANINGS = (
    "- **Deletion and insertion** (Petsiuk et al. 2018): pixels turn black in the map's order, or "
    "come onto a black picture in it. If the map is right, confidence falls sooner, and rises "
    "sooner, than in random order (dashed). An area is the mean height of a curve.\n"
    "- **ROAD** (Rong et al. 2022): the same with pixels replaced by what their neighbours "
    "suggest, so that no black hole gives the answer away. The change in confidence, averaged over "
    "10% to 90% of the pixels: large when the most relevant go, small when the least relevant go.\n"
    "- **Random weights** (Adebayo et al. 2018): the map of the same network before it learned "
    "anything. If both look alike (rank correlation near 1), the map shows the picture's edges, "
    "not what was learned.\n\n"
    "One picture is evidence, no proof: of 30 random blobs that knew nothing of the model, one was "
    "found faithful too. Look at several pictures before you believe a method."
)


def show(question: ExplainRequest) -> None:
    """A verdict for each map, one after the other as they are measured."""
    st.caption(SEVERAL)
    with st.expander("What is measured?", icon=":material/help:"):
        st.markdown(MEANINGS)
    for shown in compute.all_of(question):
        with st.container(border=True):
            st.markdown(f"**{escape_markdown(shown.model)} · {shown.method.title}**")
            _one(shown, question)


def _one(shown: Explanation, question: ExplainRequest) -> None:
    if shown.asked is None or shown.problem:
        st.info(escape_markdown(shown.problem or ""), icon=":material/hide_image:")
        return
    try:
        with st.spinner("Measuring …", show_time=True):
            measured = compute.measured(shown.asked)
    except LabError as error:
        st.info(escape_markdown(str(error)), icon=":material/hide_image:")
        return
    said = judge(measured)
    st.markdown(f"{ICONS[said.level]} **{escape_markdown(said.sentence)}**")
    st.html(f'<div style="{heatmap_cards.grid(300)}">{_maps(shown, measured, question)}</div>')
    st.html(_checks(said))
    if shown.asked.against is None and measured.deletion[-1] > STILL_SURE:
        st.caption(
            f"To a picture that is all black the model gives {CLASSES[shown.asked.label]} "
            f"{measured.deletion[-1]:.0%} too."
        )
    with st.expander("Figures and curves", icon=":material/show_chart:"):
        st.html(_figures(measured))
        _curves(shown, measured)


def _checks(said: Verdict) -> str:
    """Each measurement with whether it speaks for the map."""
    lines = "".join(
        f'<div style="display:flex;gap:8px"><b>{"✓" if check.passed else "✗"}</b>'
        f"<span>{escape(check.words)}</span></div>"
        for check in said.checks
    )
    return f'<div style="font-size:.82rem;line-height:1.5" class="checks">{lines}</div>'


def _maps(shown: Explanation, measured: "Faithfulness", question: ExplainRequest) -> str:
    """The map beside that of random weights."""
    image, look = question.given.preprocessed.image, question.look
    trained, randomised = (
        overlay.displayed_weights(each, look) for each in (shown.heatmap, measured.randomised)
    )
    nothing = ": no map" if randomised is None else ""
    pairs = (
        (overlay.overlay_image(image, trained, look), "Trained"),
        (overlay.overlay_image(image, randomised, look), f"Random weights{nothing}"),
    )
    figures = "".join(
        f'<figure style="margin:0">{heatmap_cards.picture(picture, title)}'
        f'<figcaption style="font-size:.78rem;margin-top:4px">{title}</figcaption></figure>'
        for picture, title in pairs
    )
    why = escape(shown.why)
    return (
        f'<div><div style="font-size:.8rem;margin-bottom:6px">{why}</div>'
        f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:10px">{figures}</div></div>'
    )


def _figures(measured: "Faithfulness") -> str:
    """All numbers in a small table."""
    alike = "–" if measured.similarity is None else f"{measured.similarity:.2f}"
    rows = [
        ("Deletion, area", f"{measured.deletion_area:.2f}",
         f"at random {measured.random_deletion_area:.2f}"),
        ("Insertion, area", f"{measured.insertion_area:.2f}",
         f"at random {measured.random_insertion_area:.2f}"),
        ("ROAD, most relevant go", _points(measured.road_most), "points"),
        ("ROAD, least relevant go", _points(measured.road_least), "points"),
        ("Rank correlation with random weights", alike, ""),
    ]  # fmt: skip
    lines = "".join(
        f'<tr><td style="padding:2px 0">{name}</td><td style="{FIGURE}">{figure}</td>'
        f'<td style="padding-left:8px;white-space:nowrap;{heatmap_cards.GREY}">{beside}</td></tr>'
        for name, figure, beside in rows
    )
    return f'<table style="font-size:.78rem;width:100%" class="figures">{lines}</table>'


def _points(change: float) -> str:
    return f"{100 * change:+.0f}"


def _curves(shown: Explanation, measured: "Faithfulness") -> None:
    live_chart.draw(
        live_chart.spec(charts.curve_chart),
        {"points": points(measured)},
        key=f"curves {shown.model} {shown.method.key}",
        says=f"Confidence of {shown.model} as pixels go and come in the order of its map",
    )


def points(measured: "Faithfulness") -> list[dict[str, Any]]:
    """The four curves as rows of the chart."""
    curves: list[tuple[str, str, np.ndarray]] = [
        (charts.DELETION, charts.MAP, measured.deletion),
        (charts.DELETION, charts.RANDOM, measured.random_deletion),
        (charts.INSERTION, charts.MAP, measured.insertion),
        (charts.INSERTION, charts.RANDOM, measured.random_insertion),
    ]
    return [
        {
            "share": round(float(share), 4),
            "confidence": round(float(confidence), 4),
            "way": way,
            "order": order,
        }
        for way, order, curve in curves
        for share, confidence in zip(measured.shares, curve, strict=True)
    ]
