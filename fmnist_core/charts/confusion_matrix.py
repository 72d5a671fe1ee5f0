"""The confusion matrix: its rows, its chart and its most common mistake in a sentence.

Train draws one while a run trains, Compare one per run and the difference of two, Explain one per
epoch.
"""

from typing import Literal

import altair as alt
import numpy as np
import numpy.typing as npt

from fmnist_core.charts.palette import DARK, LIGHT, SELECTED_COLOR, TEXT_COLOR
from fmnist_core.charts.vega_lite import LayeredChart, Rows
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES, PLURALS

CELL_COLOR = "#2b83c6"
TEXT_CONTRAST_THRESHOLD = 0.6
"""Strength from which a cell's own color, not the page's background, sets its text color."""
ONLY_SHARE = 0.99
"""Share of all predictions from which a class counts as a model's only answer."""
CELL_SELECTION = "cell"
"""Name of the selection that a click on a cell makes; its fields are `SELECTION_FIELDS`."""
SELECTION_FIELDS = ("true_class", "predicted_class")


def confusion_chart(
    *, colors: tuple[str, str] = (CELL_COLOR, CELL_COLOR), clickable: bool = False
) -> LayeredChart:
    """Draw a confusion matrix, or the difference of two, from the rows of `confusion_rows`.

    Data: `cells`. A cell of negative sign has the second color. With `clickable`, a click on a cell
    makes the selection `CELL_SELECTION`.
    """
    cursor: Literal["pointer", "default"] = "pointer" if clickable else "default"
    cells = _cells()
    # Opacity instead of a color scale: an empty cell shows the page's own background, light or
    # dark. The square root lifts rare mistakes out of it.
    rectangles = cells.mark_rect(cornerRadius=2, cursor=cursor).encode(
        color=alt.Color("sign:N", scale=alt.Scale(domain=[1, -1], range=list(colors)), legend=None),
        opacity=alt.Opacity(
            "strength:Q",
            scale=alt.Scale(type="sqrt", domain=[0, 1], range=[0.04, 1]),
            legend=None,
        ),
    )
    background = f"(datum.sign == 1 ? '{colors[0]}' : '{colors[1]}')"
    with_text = cells.transform_filter("datum.text !== ''").transform_calculate(
        text_color=f"datum.strength <= {TEXT_CONTRAST_THRESHOLD} ? '{TEXT_COLOR}' : "
        f"contrast({background}, '{LIGHT}') > contrast({background}, '{DARK}') "
        f"? '{LIGHT}' : '{DARK}'"
    )
    texts = with_text.mark_text(fontSize=11, cursor=cursor, aria=False).encode(
        text="text:N",
        color=alt.Color("text_color:N", scale=None, legend=None),
    )
    return alt.layer(_selectable(rectangles) if clickable else rectangles, texts).properties(
        height=360
    )


def _cells() -> alt.Chart:
    names = list(CLASSES)
    return alt.Chart(alt.NamedData("cells")).encode(
        x=alt.X(
            "predicted_class:N",
            sort=names,
            title="Predicted class",
            scale=alt.Scale(domain=names),
            axis=alt.Axis(labelAngle=-45, labelOverlap=False, labelLimit=90),
        ),
        y=alt.Y(
            "true_class:N",
            sort=names,
            title="True class",
            scale=alt.Scale(domain=names),
            axis=alt.Axis(labelOverlap=False, labelLimit=90, labelBaseline="middle"),
        ),
        tooltip=[
            alt.Tooltip("true_class:N", title="True class"),
            alt.Tooltip("predicted_class:N", title="Predicted class"),
            alt.Tooltip("images:N", title="Images"),
        ],
        description=alt.Description("description:N"),
    )


def _selectable(cells: alt.Chart) -> alt.Chart:
    selection = alt.selection_point(
        name=CELL_SELECTION, fields=list(SELECTION_FIELDS), toggle=False, clear=False, empty=False
    )
    return cells.encode(
        stroke=alt.condition(selection, alt.value(SELECTED_COLOR), alt.value(None)),
        strokeWidth=alt.value(2.5),
    ).add_params(selection)


def confusion_rows(
    confusion: npt.ArrayLike,
    *,
    minus: npt.ArrayLike | None = None,
    normalized: bool = False,
    max_value: float | None = None,
    hide_correct: bool = False,
) -> Rows:
    """Make a row for each cell of a confusion matrix, or of the difference of two.

    `confusion` holds counts [10, 10] as [true class, predicted class]; `minus` is subtracted from
    it. Cells show counts or, with `normalized`, percent of the true class. The value `max_value`
    gets full strength; without it, the strength is the fraction of the true class.
    """
    counts = np.asarray(confusion)
    values = cell_values(counts, normalized=normalized)
    strengths = metrics.normalize_rows(counts) if max_value is None else values / max_value
    if minus is not None:
        values = values - cell_values(minus, normalized=normalized)
        counts = counts - np.asarray(minus)
        strengths = values / (max_value or float(np.abs(values).max()) or 1.0)
    signed = minus is not None
    return [
        {
            "true_class": CLASSES[label],
            "predicted_class": CLASSES[predicted],
            "text": _cell_text(values[label, predicted], normalized=normalized, signed=signed),
            "strength": float(abs(strengths[label, predicted])),
            "sign": -1 if values[label, predicted] < 0 else 1,
            "images": _images_text(counts, label, predicted, signed=signed),
            "description": f"{CLASSES[label]} predicted as {CLASSES[predicted]}: "
            f"{counts[label, predicted]}",
        }
        for label in range(len(CLASSES))
        for predicted in range(len(CLASSES))
        if not (hide_correct and label == predicted)
    ]


def cell_values(
    confusion: npt.ArrayLike, *, normalized: bool, hide_correct: bool = False
) -> np.ndarray:
    """Return what the cells show, float [10, 10]: counts, or fractions of the true class."""
    counts = np.asarray(confusion)
    values = metrics.normalize_rows(counts) if normalized else counts.astype(float)
    if hide_correct:
        np.fill_diagonal(values, 0)
    return values


def _cell_text(value: float, *, normalized: bool, signed: bool) -> str:
    """Write a count, or percent without the sign; an empty cell for 0."""
    rounded = round(100 * value if normalized else value)
    if not rounded:
        return ""
    return f"{rounded:+d}".replace("-", "−") if signed else str(rounded)


def _images_text(counts: np.ndarray, label: int, predicted: int, *, signed: bool) -> str:
    count = int(counts[label, predicted])
    if signed:
        return f"{count:+,}"
    return f"{count:,}, {count / max(int(counts[label].sum()), 1):.1%} of the class"


def most_common_mistake(confusion: npt.ArrayLike) -> str:
    """Name the most common mistake in a sentence, or that there is only one answer."""
    counts = np.asarray(confusion)
    if (only := only_prediction(counts)) is not None:
        return f"It answers {CLASSES[only]} to everything."
    if not (confusions := metrics.most_frequent_confusions(counts, limit=1)):
        return "No mistakes."
    (mistake,) = confusions
    return (
        f"Most common mistake: {mistake.count:,} of {int(counts[mistake.label].sum()):,} "
        f"{PLURALS[mistake.label]} were called {PLURALS[mistake.predicted]}."
    )


def only_prediction(confusion: npt.ArrayLike) -> int | None:
    """The class that nearly every image is predicted as; `None` if there is no such class.

    `None` also for images of a single class.
    """
    counts = np.asarray(confusion)
    predictions = counts.sum(axis=0)
    if not predictions.any() or np.count_nonzero(counts.sum(axis=1)) < 2:
        return None
    index = int(predictions.argmax())
    return index if predictions[index] >= ONLY_SHARE * predictions.sum() else None
