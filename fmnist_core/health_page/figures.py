"""Figures in cards, with a bar where there is a total: HTML that screen readers can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

HIGH = 0.9
"""From this fraction on, a bar has the color of a warning."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number, what it is, and what it is part of."""

    label: str
    value: str
    detail: str
    fraction: float | None = None
    """How long the bar is, from 0 to 1; `None` without a bar."""


def figures_html(figures: Sequence[Figure]) -> str:
    """The figures as cards that fill the lines."""
    return f'<dl class="health-figures">{"".join(map(_card, figures))}</dl>'


def _card(figure: Figure) -> str:
    return (
        f"<div><dt>{escape(figure.label)}</dt><dd>{escape(figure.value)}{_bar(figure.fraction)}"
        f"<span>{escape(figure.detail)}</span></dd></div>"
    )


def _bar(fraction: float | None) -> str:
    """A bar beside the number that it shows, which is enough for screen readers."""
    if fraction is None:
        return ""
    length = min(max(fraction, 0.0), 1.0)
    high = ' class="health-high"' if length >= HIGH else ""
    return f'<i aria-hidden="true"{high}><b style="width: {100 * length:.1f}%"></b></i>'
