"""The whole comparison as one HTML file that opens without the app."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from fmnist_core.comparison_report import chart_export, image_cards
from fmnist_core.comparison_report.blocks import (
    Block,
    Chart,
    Columns,
    Details,
    Gallery,
    Paragraph,
    Table,
)
from fmnist_core.comparison_report.formats import format_value
from fmnist_core.comparison_report.leaderboard_rows import leaderboard_table
from fmnist_core.comparison_report.recipe_differences import describe_differences
from fmnist_core.comparison_report.sections import ReportSource, sections_of
from fmnist_core.data import real_photographs
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison
from fmnist_core.runs.summary import RunSummary

STYLE = """
:root { color-scheme: light }
body { font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: #1c2530;
       max-width: 1080px; margin: 2rem auto; padding: 0 1rem; background: #fff }
h1 { font-size: 1.7rem } h2 { margin-top: 2.4rem; border-bottom: 1px solid #d8dee6 }
table { border-collapse: collapse; font-size: .85rem; margin: .5rem 0 1rem }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #e4e8ee; text-align: left }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.hint { color: #5c6572; font-size: .85rem } .finding { background: #eef5fb; padding: .7rem 1rem;
border-radius: 8px } .warning { background: #fff6e0; padding: .7rem 1rem; border-radius: 8px }
.columns { display: flex; flex-wrap: wrap; gap: 1.2rem } .wide { overflow-x: auto }
svg { max-width: 100%; height: auto } details { margin: .8rem 0 } summary { cursor: pointer }
"""


def html_report(
    comparison: Comparison,
    *,
    all_runs: Sequence[RunSummary] = (),
    photographs: PhotographComparison | None = None,
) -> str:
    """Write the report: title, leaderboard of the compared runs, and every section.

    `all_runs` are shown beside the compared ones in the section about cost; `photographs` are the
    same runs, tested on the real photographs.
    """
    if isinstance(comparison, PhotographComparison):
        photographs = comparison
    names = ", ".join(comparison.names)
    source = ReportSource(comparison=comparison, all_runs=all_runs, photographs=photographs)
    parts = [f"<h1>{escape(names)}</h1>", f'<p class="hint">{_origin(comparison)}</p>']
    if isinstance(comparison, PhotographComparison):
        text = f"{real_photographs.COUNTING_RULE} {real_photographs.THANKS}"
        parts.append(_paragraph_html(text, "hint"))
    parts += map(_paragraph_html, describe_differences(comparison))
    parts.append(block_html(leaderboard_table(comparison)))
    for section in sections_of(comparison).values():
        if len(comparison.runs) >= section.min_runs:
            parts.append(f"<h2>{escape(section.title)}</h2>")
            parts.append(f'<p class="hint">{escape(section.hint)}</p>')
            parts += map(block_html, section.load_make_blocks()(source))
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(names)} · Fashion-MNIST Lab</title><style>{STYLE}</style></head>"
        f"<body>{body}</body></html>"
    )


def _origin(comparison: Comparison) -> str:
    return escape(
        f"Compared in the Fashion-MNIST Lab on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, on "
        f"{len(comparison.labels):,} test images of {comparison.test_title}."
    )


def block_html(block: Block) -> str:
    """Write one block as static HTML; charts become SVG."""
    match block:
        case Paragraph():
            return _paragraph_html(block.text, block.kind)
        case Table():
            return _heading_html(block.title, block.hint) + _table_html(block)
        case Chart():
            # The title stands outside the SVG, where a screen reader finds it.
            svg = chart_export.export_svg(block, titled=False)
            return f"<div>{_heading_html(block.title, block.hint)}{svg}</div>"
        case Gallery():
            return _heading_html(block.title, block.hint) + image_cards.cards_html(block.cards)
        case Columns():
            return f'<div class="columns">{"".join(map(block_html, block.blocks))}</div>'
        case Details():
            summary = f"<summary>{escape(block.title)}</summary>"
            return f"<details>{summary}{''.join(map(block_html, block.blocks))}</details>"


def _heading_html(title: str, hint: str) -> str:
    return f"<h3>{escape(title)}</h3>" + (_paragraph_html(hint, "hint") if hint else "")


def _paragraph_html(text: str, kind: str = "plain") -> str:
    return f'<p class="{kind}">{markdown_to_html(text)}</p>'


def markdown_to_html(text: str) -> str:
    """Convert the Markdown of blocks: bold words and escaped characters, nothing else."""
    hidden = re.sub(r"\\(.)", lambda match: f"\0{ord(match[1])}\0", text)
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(hidden))
    return re.sub("\0(\\d+)\0", lambda match: escape(chr(int(match[1]))), bold)


def markdown_to_text(text: str) -> str:
    """Remove the Markdown of blocks."""
    return re.sub(r"\\(.)", r"\1", text.replace("**", ""))


def _table_html(table: Table) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in table.columns)
    body = "".join(f"<tr>{_cells_html(table, row)}</tr>" for row in table.rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _cells_html(table: Table, row: Mapping[str, Any]) -> str:
    return "".join(
        f'<td class="{"text" if column_format == "text" else "number"}">'
        f"{escape(format_value(row[title], column_format))}</td>"
        for title, column_format in table.columns.items()
    )
