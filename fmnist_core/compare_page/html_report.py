"""The whole comparison as one HTML file that opens without the app."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

from fmnist_core.compare_page import (
    chart_export,
    formats,
    image_cards,
    leaderboard_rows,
    recipe_differences,
)
from fmnist_core.compare_page.blocks import Block, Chart, Columns, Gallery, Paragraph, Table
from fmnist_core.compare_page.views import VIEWS
from fmnist_core.runs.comparison import Comparison

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
.beside { display: flex; flex-wrap: wrap; gap: 1.2rem } .wide { overflow-x: auto }
svg { max-width: 100%; height: auto }
"""


def html(contest: Comparison) -> str:
    """Title, leaderboard of the compared runs, and every view as it stands at first."""
    names = ", ".join(contest.names)
    parts = [f"<h1>{escape(names)}</h1>", f'<p class="hint">{_origin(contest)}</p>']
    parts += map(_paragraph, _likenesses(contest))
    parts.append(block_html(board_table(contest)))
    for view in VIEWS.values():
        if len(contest.runs) >= view.at_least:
            parts.append(f"<h2>{escape(view.title)}</h2>")
            parts.append(f'<p class="hint">{escape(view.hint)}</p>')
            parts += map(block_html, view.load().report(contest))
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(names)} · Fashion-MNIST Lab</title><style>{STYLE}</style></head>"
        f"<body>{body}</body></html>"
    )


def _origin(contest: Comparison) -> str:
    return escape(
        f"Compared in the Fashion-MNIST Lab on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, on "
        f"{len(contest.labels):,} test images of {contest.runs[0].summary.data_title}."
    )


def _likenesses(contest: Comparison) -> list[str]:
    recipes = [entrant.recipe for entrant in contest.runs]
    return recipe_differences.sentences(contest.names, recipes)


def board_table(contest: Comparison) -> Table:
    """The leaderboard of the compared runs alone."""
    rows = [
        {**leaderboard_rows.lines([entrant.summary], grouped=False)[0].values, "Run": entrant.name}
        for entrant in contest.runs
    ]
    columns = {name: how for name, (how, _) in leaderboard_rows.COLUMNS.items()}
    return Table(title="Leaderboard", columns=columns, rows=rows)


def block_html(block: Block) -> str:
    """One block, for good: charts are drawings, tables are tables."""
    match block:
        case Paragraph():
            return _paragraph(block.text, block.kind)
        case Table():
            return _head(block.title, block.hint) + _table(block)
        case Chart():
            return f"<div>{_head(block.title, block.hint)}{_drawing(block)}</div>"
        case Gallery():
            return _head(block.title, block.hint) + image_cards.html(block.cards)
        case Columns():
            return f'<div class="beside">{"".join(map(block_html, block.blocks))}</div>'


def _head(title: str, hint: str) -> str:
    return f"<h3>{escape(title)}</h3>" + (_paragraph(hint, "hint") if hint else "")


def _drawing(chart: Chart) -> str:
    """With the title outside, where a screen reader finds it."""
    return chart_export.svg(chart, titled=False)


def _paragraph(text: str, kind: str = "plain") -> str:
    return f'<p class="{kind}">{from_markdown(text)}</p>'


def from_markdown(text: str) -> str:
    """Bold words, and names that were escaped; nothing else."""
    hidden = re.sub(r"\\(.)", lambda found: f"\0{ord(found[1])}\0", text)
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(hidden))
    return re.sub("\0(\\d+)\0", lambda found: escape(chr(int(found[1]))), bold)


def plain_text(text: str) -> str:
    """Without marks of Markdown."""
    return re.sub(r"\\(.)", r"\1", text.replace("**", ""))


def _table(block: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in block.columns)
    body = "".join(f"<tr>{_cells(block, row)}</tr>" for row in block.rows)
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def _cells(block: Table, row: Mapping[str, Any]) -> str:
    return "".join(
        f'<td class="{"text" if how == "text" else "number"}">'
        f"{escape(formats.said(row[name], how))}</td>"
        for name, how in block.columns.items()
    )
