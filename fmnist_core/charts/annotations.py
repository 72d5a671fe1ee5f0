"""Annotations of learning curves: lines with labels where a setting changed or the run paused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from fmnist_core.charts.palette import GRAY, TEXT_COLOR
from fmnist_core.charts.vega_lite import Metric, Rows
from fmnist_core.training.history import Annotation, Axis, History

ANNOTATION_TEXTS: Mapping[str, str] = {
    "phase": "│ a phase starts",
    "setting": "┊ learning rate changed",
    "warning": "┊ warning",
    "pause": "┊ paused or stopped",
}
"""By kind, what a marked moment means, the most important kind first."""
LABEL_HEIGHT = 0.035
"""Labels closer than this fraction of the x-axis would overlap: they are written together."""
LAST_PART = 0.85
"""From this fraction of the x-axis on, a label stands before its line, not after it."""


@dataclass(frozen=True)
class Corner:
    """Where the label of a marked moment stands: at the top or bottom, before or after its line."""

    at_bottom: bool
    is_before: bool

    @property
    def name(self) -> str:
        return f"{'bottom' if self.at_bottom else 'top'} {'left' if self.is_before else 'right'}"


CORNERS = tuple(
    Corner(at_bottom, is_before) for at_bottom in (False, True) for is_before in (False, True)
)


def annotation_layers() -> list[alt.Chart]:
    """The layers of a chart that draw its data set `annotations`, made by `annotation_rows`."""
    return [_rules(), *map(_labels, CORNERS)]


def _rules() -> alt.Chart:
    return (
        alt.Chart(alt.NamedData("annotations"))
        .mark_rule(color=GRAY, clip=True, aria=False)
        .encode(
            x="x:Q",
            strokeDash=alt.condition(
                alt.datum.kind == "phase", alt.value([1, 0]), alt.value([2, 3])
            ),
            tooltip=[
                alt.Tooltip("label:N", title="Event"),
                alt.Tooltip("run:N", title="Run"),
                alt.Tooltip("x:Q", title="At", format=".2~f"),
            ],
        )
    )


def _labels(corner: Corner) -> alt.Chart:
    """Write upward along the line, inside the chart."""
    return (
        alt.Chart(alt.NamedData("annotations"))
        .transform_filter(alt.datum.corner == corner.name)
        .mark_text(
            color=TEXT_COLOR,
            opacity=0.8,
            angle=270,
            align="left" if corner.at_bottom else "right",
            baseline="bottom" if corner.is_before else "top",
            dx=4 if corner.at_bottom else -4,
            dy=-3 if corner.is_before else 3,
            fontSize=11,
        )
        .encode(x="x:Q", y=alt.value("height" if corner.at_bottom else 0), text="text:N")
    )


def annotation_rows(
    metric: Metric,
    runs: Sequence[str],
    histories: Sequence[History],
    *,
    axis: Axis,
    x_max: float | None = None,
) -> Rows:
    """Make a row for each moment at which a setting was changed, the run paused or a phase started.

    Moments at the same x share a line, and labels that would overlap are written as one. They are
    at the bottom where curves are at the top: loss starts high, accuracy ends high. `x_max` is the
    end of the x-axis, by default that of the longest run.
    """
    if x_max is None:
        ends = [history.axis_value(history.last, axis) for history in histories if history.last]
        x_max = max(ends, default=1.0)
    annotations: dict[tuple[float, str], list[Annotation]] = {}
    for run, run_history in zip(runs, histories, strict=True):
        for annotation in run_history.annotations:
            position = run_history.axis_value(annotation, axis)
            annotations.setdefault((position, run), []).append(annotation)
    rows: list[dict[str, object]] = []
    texts: list[tuple[float, list[str]]] = []
    for (x, run), same_x in sorted(annotations.items(), key=lambda item: item[0]):
        labels = list(dict.fromkeys(annotation.label for annotation in same_x))
        if not texts or x - texts[-1][0] >= LABEL_HEIGHT * x_max:
            texts.append((x, []))
        texts[-1][1].extend(label for label in labels if label not in texts[-1][1])
        corner = Corner((x > 0) == (metric == "accuracy"), x > LAST_PART * x_max)
        rows.append(
            {
                "x": x,
                "label": ", ".join(labels),
                "text": "",
                "kind": _main_kind(same_x),
                "corner": corner.name,
                "run": run,
            }
        )
    for x, labels in texts:
        first = next(row for row in rows if row["x"] == x)
        first["text"] = ", ".join(labels)
    return rows


def _main_kind(annotations: Sequence[Annotation]) -> str:
    """The kind that decides how the line of several looks: a phase, a setting, then the others."""
    kinds = [annotation.kind for annotation in annotations]
    return next((kind for kind in ANNOTATION_TEXTS if kind in kinds), kinds[0])
