"""Test images with what models say of them, as HTML that the page and the report both show."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.compare_page.blocks import Card, CardPrediction
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.html_snippets import data_url
from fmnist_core.runs.comparison import Comparison
from fmnist_core.ui import image_links

GRID = "display:grid;grid-template-columns:repeat(auto-fill,minmax(172px,1fr));gap:14px"
CARD = "border:1px solid rgba(128,133,144,.35);border-radius:8px;padding:10px;font-size:.8rem"
PICTURE = "width:84px;height:84px;image-rendering:pixelated;border-radius:5px;flex:none"
GREY = "opacity:.7"
PAGES = {"predict": "Predict", "explain": "Explain"}
"""By name in an address: those that a card opens its image on."""
MOST_WHOLE = 2
"""Models whose three likeliest classes a card shows; of more, the likeliest."""


def cards(
    contest: Comparison,
    indices: Sequence[int] | np.ndarray,
    images: np.ndarray | None,
    *,
    places: Sequence[int] | None = None,
) -> list[Card]:
    """A card for each of these test images, with the answers of the entrants at `places` or all.

    `images` uint8 [N, 28, 28].
    """
    shown = range(len(contest.runs)) if places is None else places
    asked = [contest.runs[place].summary.id for place in shown]
    return [
        Card(
            index=int(index),
            image=None if images is None else images[index],
            truth=CLASSES[contest.labels[index]],
            answers=_answers(contest, int(index), shown),
            links={
                title: image_links.address(page, asked, test=int(index), data=contest.data)
                for page, title in PAGES.items()
            },
        )
        for index in indices
    ]


def _answers(contest: Comparison, index: int, places: Sequence[int]) -> list[CardPrediction]:
    num = 3 if len(places) <= MOST_WHOLE else 1
    return [
        CardPrediction(
            name=contest.names[place],
            colour=RUN_COLORS[place],
            top=[
                (CLASSES[each], share)
                for each, share in metrics.top(contest.probabilities[place, index], num=num)
            ],
            right=bool(contest.predictions[place, index] == contest.labels[index]),
        )
        for place in places
    ]


def html(shown: Sequence[Card], *, linked: bool = False) -> str:
    """A grid, as many beside each other as there is room for; `linked` to the app's other pages."""
    cards = "".join(_card(each, linked=linked) for each in shown)
    return f'<div style="{GRID}" class="cards">{cards}</div>'


def _card(card: Card, *, linked: bool) -> str:
    answers = "".join(map(_answer, card.answers))
    return (
        f'<figure style="margin:0;{CARD}" data-index="{card.index}">'
        f'<div style="display:flex;gap:10px;align-items:center">{_picture(card)}'
        f'<figcaption><b>{escape(card.truth)}</b><br><span style="{GREY}">'
        f"no. {card.index}</span>{_links(card) if linked else ''}</figcaption></div>"
        f"{answers}</figure>"
    )


def _links(card: Card) -> str:
    # In a new tab: the gallery stays as it is.
    links = " · ".join(
        f'<a href="{escape(address)}" target="_blank" style="color:inherit">{title}</a>'
        for title, address in card.links.items()
    )
    return f'<br><span style="{GREY}">{links}</span>'


def _picture(card: Card) -> str:
    if card.image is None:
        return ""
    source = _data_url(card.image.tobytes())
    return f'<img src="{source}" alt="{escape(card.truth)}" style="{PICTURE}">'


def _answer(answer: CardPrediction) -> str:
    mark = "✓" if answer.right else "✗"
    lines = "".join(_line(name, share, answer.colour) for name, share in answer.top)
    dot = html_snippets.name_with_dot(answer.colour, answer.name)
    return f'<div style="margin-top:9px">{dot} {mark}{lines}</div>'


def _line(name: str, share: float, colour: str) -> str:
    bar = f"linear-gradient(to right,{colour}44 {100 * share:.0f}%,transparent 0)"
    return (
        f'<div style="display:flex;justify-content:space-between;background:{bar};'
        f'border-radius:3px;padding:0 4px;margin-top:2px"><span>{escape(name)}</span>'
        f"<span>{share:.0%}</span></div>"
    )


@lru_cache(maxsize=2000)
def _data_url(pixels: bytes) -> str:
    square = np.frombuffer(pixels, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)
    return data_url(square)
