"""The confusion matrix: its rows, its chart, and its most frequent confusion in a sentence."""

from typing import Literal

import altair as alt

from fmnist_core.charts.palette import DARK, LIGHT, SELECTED_COLOR, TEXT_COLOR, Layered, Rows
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import format_percent

CELL_COLOR = "#2b83c6"


FULL_CELL = 0.6
"""Strength of a cell from which its colour, not the page's ground, decides how figures are read."""


CELL = "cell"
"""The name of a matrix's selection."""


def confusion_chart(
    *, colours: tuple[str, str] = (CELL_COLOR, CELL_COLOR), clickable: bool = False
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
        stands_out=f"datum.strength <= {FULL_CELL} ? '{TEXT_COLOR}' : "
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
        stroke=alt.condition(chosen, alt.value(SELECTED_COLOR), alt.value(None)),
        strokeWidth=alt.value(2.5),
    ).add_params(chosen)


def confusion_rows(confusion: list[list[int]]) -> Rows:
    """A cell for each pair of classes, with its share of the true class."""
    return [
        {
            "true": true,
            "answer": answer,
            "words": str(number or ""),
            "strength": number / max(sum(row), 1),
            "sign": 1,
            "detail": f"{number:,}, {format_percent(number / max(sum(row), 1))} of the class",
            "says": f"{true} taken for {answer}: {number}",
        }
        for true, row in zip(CLASSES, confusion, strict=True)
        for answer, number in zip(CLASSES, row, strict=True)
    ]


def most_frequent_confusion(confusion: list[list[int]]) -> str:
    """The commonest mistake, in a sentence."""
    number, true, answer = max(
        (number, true, answer)
        for true, row in enumerate(confusion)
        for answer, number in enumerate(row)
        if true != answer
    )
    if not number:
        return "Not one mistake."
    total = sum(confusion[true])
    return f"Commonest mistake: {CLASSES[true]} taken for {CLASSES[answer]}, {number} of {total}."
