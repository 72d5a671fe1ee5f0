"""Cards of test images with the runs' predictions, as HTML for the page and the report."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.charts.palette import RUN_COLORS
from fmnist_core.comparison_report.blocks import Card, CardPrediction
from fmnist_core.data import datasets
from fmnist_core.data.datasets import DATASET_TITLES, DatasetKey
from fmnist_core.errors import DataError
from fmnist_core.evaluation import metrics
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.runs.comparison import Comparison
from fmnist_core.runs.photograph_comparison import PhotographComparison

CARDS_IN_REPORT = 12
MAX_WITH_TOP_CLASSES = 2
"""Runs for which a card shows the three most probable classes; for more, only the predicted one."""
PHOTOGRAPH_STYLE = "width:84px;height:84px;object-fit:contain;border-radius:5px;flex:none"
IMAGE_STYLE = "width:84px;height:84px;image-rendering:pixelated;border-radius:5px;flex:none"


def load_test_images(
    comparison: Comparison,
    load: Callable[[DatasetKey], tuple[np.ndarray, np.ndarray]] = datasets.load_test_set,
) -> tuple[np.ndarray | None, str | None]:
    """Load the test images uint8 [N, 28, 28], or `None` and why they cannot be shown."""
    if isinstance(comparison, PhotographComparison):
        return comparison.inputs, None
    try:
        images, labels = load(comparison.data)
    except DataError:
        title = DATASET_TITLES[comparison.data]
        return None, f"{title} is not on this machine, so only the predictions are shown."
    if not np.array_equal(labels, comparison.labels):
        return None, (
            "These runs were tested on other images than the test images on this machine, so only "
            "the predictions are shown."
        )
    return images, None


def make_cards(
    comparison: Comparison,
    indices: Sequence[int] | np.ndarray,
    images: np.ndarray | None,
    *,
    run_indices: Sequence[int] | None = None,
    make_links: Callable[[int], Mapping[str, str]] = lambda _: {},
) -> list[Card]:
    """Make a card for each of these test images, with the predictions of some runs or of all.

    `images` is uint8 [N, 28, 28]; `make_links` returns the links of the card of a test image, by
    its number in the test set.
    """
    shown = range(len(comparison.runs)) if run_indices is None else run_indices
    return [
        Card(
            image=None if images is None else images[index],
            predictions=_card_predictions(comparison, int(index), shown),
            **_describe(comparison, int(index), make_links),
        )
        for index in indices
    ]


def _describe(
    comparison: Comparison, index: int, make_links: Callable[[int], Mapping[str, str]]
) -> dict[str, Any]:
    """The fields of a card that name the image."""
    if not isinstance(comparison, PhotographComparison):
        label = CLASSES[comparison.labels[index]]
        return {"index": index, "label": label, "links": make_links(index)}
    photograph = comparison.photographs[index]
    try:
        contents = photograph.read_bytes()
    except DataError:
        contents = None
    return {
        "index": photograph.index,
        "label": photograph.title,
        "links": make_links(photograph.index),
        "photograph": contents,
    }


def _card_predictions(
    comparison: Comparison, index: int, run_indices: Sequence[int]
) -> list[CardPrediction]:
    num_classes = 3 if len(run_indices) <= MAX_WITH_TOP_CLASSES else 1
    return [
        CardPrediction(
            name=comparison.names[run],
            color=RUN_COLORS[run],
            top=[
                (CLASSES[predicted], probability)
                for predicted, probability in metrics.top_classes(
                    comparison.probabilities[run, index], k=num_classes
                )
            ],
            correct=bool(comparison.predictions[run, index] == comparison.labels[index]),
        )
        for run in run_indices
    ]


def cards_html(cards: Sequence[Card]) -> str:
    """Lay out cards as a grid with as many per row as there is room for."""
    figures = "".join(map(_card_html, cards))
    width = 206 if any(card.photograph for card in cards) else 172  # two images side by side
    return f'<div style="{html_snippets.grid_style(width)}" class="cards">{figures}</div>'


def _card_html(card: Card) -> str:
    return (
        f'<figure style="{html_snippets.CARD};font-size:.8rem" data-index="{card.index}">'
        f'<div style="display:flex;flex-wrap:wrap;gap:10px;align-items:center">{_image_html(card)}'
        f'<figcaption><b>{escape(card.label)}</b><br><span style="{html_snippets.MUTED}">'
        f"no. {card.index}</span>{_links_html(card)}</figcaption></div>"
        f"{''.join(map(_prediction_html, card.predictions))}</figure>"
    )


def _links_html(card: Card) -> str:
    if not card.links:
        return ""
    links = " · ".join(
        f'<a href="{escape(url)}" target="_self" style="color:inherit">{escape(title)}</a>'
        for title, url in card.links.items()
    )
    return f'<br><span style="{html_snippets.MUTED}">{links}</span>'


def _image_html(card: Card) -> str:
    images = ""
    if card.photograph is not None:
        url = html_snippets.jpeg_url(card.photograph)
        images = f'<img src="{url}" alt="{escape(card.label)}" style="{PHOTOGRAPH_STYLE}">'
    if card.image is not None:
        url = _data_url(card.image.tobytes())
        alt = "as models see it" if images else card.label
        images += f'<img src="{url}" alt="{escape(alt)}" style="{IMAGE_STYLE}">'
    return images


def _prediction_html(prediction: CardPrediction) -> str:
    mark = "✓" if prediction.correct else "✗"
    rows = "".join(
        _probability_html(name, probability, prediction.color)
        for name, probability in prediction.top
    )
    name = html_snippets.name_with_dot(prediction.color, prediction.name)
    return f'<div style="margin-top:9px">{name} {mark}{rows}</div>'


def _probability_html(name: str, probability: float, color: str) -> str:
    bar = f"linear-gradient(to right,{color}44 {100 * probability:.0f}%,transparent 0)"
    return (
        f'<div style="display:flex;justify-content:space-between;background:{bar};'
        f'border-radius:3px;padding:0 4px;margin-top:2px"><span>{escape(name)}</span>'
        f"<span>{probability:.0%}</span></div>"
    )


@lru_cache(maxsize=2000)
def _data_url(pixels: bytes) -> str:
    image = np.frombuffer(pixels, dtype=np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE)
    return html_snippets.data_url(image)
