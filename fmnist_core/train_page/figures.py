"""The figures of a run as a description list, and its progress: HTML that screen readers name."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that matters now."""

    label: str
    value: str
    hint: str = ""
    """What it means: shown on hover, and read out by screen readers."""
    is_main: bool = False
    """Whether it is larger than the others."""


def figures_html(figures: Sequence[Figure]) -> str:
    """The figures in one line."""
    return f'<dl class="lab-figures">{"".join(map(_figure_html, figures))}</dl>'


def _figure_html(figure: Figure) -> str:
    main = ' class="lab-main-figure"' if figure.is_main else ""
    title = f' title="{escape(figure.hint)}"' if figure.hint else ""
    hint = f'<span class="visually-hidden">. {escape(figure.hint)}</span>' if figure.hint else ""
    return (
        f"<div{main}{title}><dt>{escape(figure.label)}</dt>"
        f"<dd>{escape(figure.value)}{hint}</dd></div>"
    )


def progress_html(fraction: float, label: str, *, text: str = "") -> str:
    """A bar filled to `fraction`, with `text` below; `label` names it for screen readers."""
    percent = round(100 * fraction)
    below = f"<p>{escape(text)}</p>" if text else ""
    return (
        f'<div class="lab-progress"><div role="progressbar" aria-label="{escape(label)}" '
        f'aria-valuemin="0" aria-valuemax="100" aria-valuenow="{percent}">'
        f'<div style="width: {100 * fraction:.1f}%"></div></div>{below}</div>'
    )
