"""Altair charts: pure functions from names to a chart over named, empty data sets.

The rows are handed over beside the chart (`drawing.draw`), so that its specification stays the
same while a run goes on and the browser only takes in new rows, without a flicker.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import altair as alt

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.training.history import Axis

Layered: TypeAlias = alt.LayerChart | alt.FacetChart
"""What `alt.layer` says that it returns."""

RUN_COLOURS = ("#2b83c6", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
"""After Okabe and Ito (2008), told apart by colour-blind eyes, readable on white and on black."""
PARTS = ("training", "validation")
PART_DASHES = ([5, 3], [1, 0])
"""Training is dashed and validation solid, in every chart."""
GREY = "#808590"
CELL_COLOUR = "#2b83c6"
FULL_CELL = 0.6
"""Strength of a cell from which its colour, not the page's ground, decides how figures are read."""
TEXT_COLOUR = "currentColor"
"""That of the page's own text, light or dark: charts are drawn as SVG."""
LIGHT, DARK = "#ffffff", "#1c2530"
CHOSEN_COLOUR = "#d55e00"
CELL = "cell"
"""The name of a matrix's selection."""
AXIS_TITLES: dict[Axis, str] = {
    "epochs": "Epochs",
    "images": "Training images seen",
    "seconds": "Training time (seconds)",
}
HEIGHT = 300
LEGEND_LINE = 20


def learning_chart(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool = False, percent: bool = False
) -> Layered:
    """Training and validation curves of several runs.

    Data: `lines` (x, value, run, part), `best` (x, value, run, text), `marks` (x, label, kind,
    low, run).
    """
    shown = alt.selection_point(
        name="shown",
        fields=["run"],
        bind="legend",
        toggle="true",
        value=[{"run": run} for run in runs],
    )
    lines = _lines(title, runs=runs, axis=axis, log=log, percent=percent, shown=shown)
    return alt.layer(
        _rules(), _rule_labels(low=False), _rule_labels(low=True),
        lines.mark_line(clip=True, strokeWidth=2),
        _epoch_dots(lines), _hover(lines), _best(runs, shown),
    ).properties(height=HEIGHT + LEGEND_LINE * (len(runs) - 1))  # fmt: skip


def _lines(
    title: str, *, runs: Sequence[str], axis: Axis, log: bool, percent: bool, shown: alt.Parameter
) -> alt.Chart:
    number_format = ".1%" if percent else ".3f"
    return (
        alt.Chart(alt.NamedData("lines"))
        .encode(
            x=_progress(axis),
            y=alt.Y(
                "value:Q",
                title=title,
                scale=alt.Scale(type="log" if log else "linear", zero=False, nice=True, padding=8),
                axis=alt.Axis(format="~%" if percent else "~g", tickCount=6),
            ),
            color=run_colour(runs),
            strokeDash=alt.StrokeDash(
                "part:N",
                scale=alt.Scale(domain=list(PARTS), range=list(PART_DASHES)),
                legend=None,
            ),
            opacity=alt.condition(shown, alt.value(1), alt.value(0.08)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("part:N", title="Images"),
                alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
                alt.Tooltip("value:Q", title=title, format=number_format),
            ],
        )
        .add_params(shown)
    )


def _progress(axis: Axis) -> alt.X:
    return alt.X(
        "x:Q",
        title=AXIS_TITLES[axis],
        scale=alt.Scale(nice=False, zero=True, padding=14),
        axis=alt.Axis(format="~s") if axis == "images" else alt.Undefined,
    )


def run_colour(runs: Sequence[str], *, legend: bool = True, symbol: str = "stroke") -> alt.Color:
    """Each run in its own colour, by its place."""
    colours = list(RUN_COLOURS[: len(runs)])
    return alt.Color(
        "run:N",
        scale=alt.Scale(domain=list(runs), range=colours),
        legend=_legend(symbol) if legend else None,
    )


def _legend(symbol: str) -> alt.Legend:
    return alt.Legend(
        title=None, orient="top", direction="horizontal", columns=1, labelLimit=310,
        symbolType=symbol, symbolSize=250 if symbol == "stroke" else 90, symbolStrokeWidth=2.5,
    )  # fmt: skip


def _epoch_dots(lines: alt.Chart) -> alt.Chart:
    validation = lines.transform_filter(alt.datum.part == "validation")
    return _without_params(validation).mark_circle(size=28, clip=True)


def _hover(lines: alt.Chart) -> alt.Chart:
    """Points that nobody sees, large enough to be hit with a finger."""
    return _without_params(lines).mark_circle(size=140, clip=True).encode(opacity=alt.value(0))


def _without_params(chart: alt.Chart) -> alt.Chart:
    copied = chart.copy()
    copied.params = alt.Undefined
    return copied


def _best(runs: Sequence[str], shown: alt.Parameter) -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("best"))
        .mark_point(shape="diamond", size=170, filled=False, strokeWidth=2.5, clip=True)
        .encode(
            x="x:Q",
            y="value:Q",
            color=run_colour(runs),
            opacity=alt.condition(shown, alt.value(1), alt.value(0)),
            tooltip=[
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("text:N", title="Best epoch"),
            ],
        )
    )


def _rules() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("marks"))
        .mark_rule(color=GREY)
        .encode(
            x="x:Q",
            strokeDash=alt.condition(
                alt.datum.kind == "phase", alt.value([1, 0]), alt.value([2, 3])
            ),
            tooltip=[
                alt.Tooltip("label:N", title="What happened"),
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("x:Q", title="At", format=".2~f"),
            ],
        )
    )


def _rule_labels(*, low: bool) -> alt.Chart:
    align: Literal["left", "right"] = "left" if low else "right"
    return (
        alt.Chart(alt.NamedData("marks"))
        .transform_filter(alt.datum.low == low)
        .mark_text(
            color=GREY,
            angle=270,
            align=align,
            baseline="top",
            dx=4 if low else -4,
            dy=3,
            fontSize=11,
        )
        .encode(x="x:Q", y=alt.value("height" if low else 0), text="label:N")
    )


def step_chart(title: str, *, runs: Sequence[str], axis: Axis, axis_format: str = "~g") -> Layered:
    """One figure of the step events, such as the learning rate. Data: `lines` (x, value, run)."""
    lines = alt.Chart(alt.NamedData("lines")).encode(
        x=_progress(axis),
        y=alt.Y(
            "value:Q",
            title=title,
            axis=alt.Axis(format=axis_format, tickCount=4),
        ),
        color=run_colour(runs, legend=False),
        tooltip=[
            alt.Tooltip("run:N", title="Run"),
            alt.Tooltip("x:Q", title=AXIS_TITLES[axis], format=",.2~f"),
            alt.Tooltip("value:Q", title=title, format=",.4~r"),
        ],
    )
    dots = lines.mark_circle(size=140).encode(opacity=alt.value(0))
    return alt.layer(lines.mark_line(strokeWidth=2, clip=True), dots).properties(height=150)


def confusion_chart(
    *, colours: tuple[str, str] = (CELL_COLOUR, CELL_COLOUR), clickable: bool = False
) -> Layered:
    """What each class is taken for, or a difference of two matrices.

    Data: `cells` (true, answer, words, strength 0 to 1, sign, detail, says); a sign of -1 takes the
    second colour. A click on a cell is the selection `CELL`.
    """
    cursor: Literal["pointer", "default"] = "pointer" if clickable else "default"
    cells = _cells()
    # Opacity instead of a colour scale: a cell of nothing is the page's own background, light or
    # dark. The root lifts the few mistakes out of the ground.
    rectangles = cells.mark_rect(cornerRadius=2, cursor=cursor).encode(
        color=alt.Color(
            "sign:N", scale=alt.Scale(domain=[1, -1], range=list(colours)), legend=None
        ),
        opacity=alt.Opacity(
            "strength:Q",
            scale=alt.Scale(type="sqrt", domain=[0, 1], range=[0.04, 1]),
            legend=None,
        ),
    )
    ground = f"(datum.sign == 1 ? '{colours[0]}' : '{colours[1]}')"
    written = cells.transform_filter("datum.words !== ''").transform_calculate(
        stands_out=f"datum.strength <= {FULL_CELL} ? '{TEXT_COLOUR}' : "
        f"contrast({ground}, '{LIGHT}') > contrast({ground}, '{DARK}') ? '{LIGHT}' : '{DARK}'"
    )
    figures = written.mark_text(fontSize=11, cursor=cursor, aria=False).encode(
        text="words:N",
        color=alt.Color("stands_out:N", scale=None, legend=None),
    )
    marked = _clickable(rectangles) if clickable else rectangles
    return alt.layer(marked, figures).properties(height=360)


def _cells() -> alt.Chart:
    names = list(CLASSES)
    return alt.Chart(alt.NamedData("cells")).encode(
        x=alt.X(
            "answer:N",
            sort=names,
            title="Answer of the model",
            scale=alt.Scale(domain=names),
            axis=alt.Axis(labelAngle=-45, labelOverlap=False, labelLimit=90),
        ),
        y=alt.Y(
            "true:N",
            sort=names,
            title="True class",
            scale=alt.Scale(domain=names),
            axis=alt.Axis(labelOverlap=False, labelLimit=90, labelBaseline="middle"),
        ),
        tooltip=[
            alt.Tooltip("true:N", title="True class"),
            alt.Tooltip("answer:N", title="Answer"),
            alt.Tooltip("detail:N", title="Images"),
        ],
        description=alt.Description("says:N"),
    )


def _clickable(cells: alt.Chart) -> alt.Chart:
    chosen = alt.selection_point(
        name=CELL, fields=["true", "answer"], toggle=False, clear=False, empty=False
    )
    return cells.encode(
        stroke=alt.condition(chosen, alt.value(CHOSEN_COLOUR), alt.value(None)),
        strokeWidth=alt.value(2.5),
    ).add_params(chosen)
