"""Section: the hardest test images, by loss, by confident mistakes or by disagreement."""

import numpy as np

from fmnist_core.comparison_report import image_cards
from fmnist_core.comparison_report.blocks import Block, Gallery
from fmnist_core.comparison_report.sections import ReportSource
from fmnist_core.evaluation.hard_examples import rank_hardest
from fmnist_core.runs.comparison import Comparison

MEASURE_TITLES = {
    "loss": "loss",
    "confidence": "confident mistakes",
    "disagreement": "disagreement",
}
MEASURE_HINTS = {
    "loss": "The images with the highest loss: their true class got the least probability "
    "(mean cross-entropy of the runs).",
    "confidence": "The images on which a model was surest of a wrong class.",
    "disagreement": "The images on which the models contradict each other most: each is sure of "
    "a different class (Jensen-Shannon divergence).",
}


def report_hard_examples(source: ReportSource) -> list[Block]:
    """Make the gallery of the images with the highest loss."""
    indices = rank_images(source.comparison, "loss")[: image_cards.CARDS_IN_REPORT]
    cards = image_cards.make_cards(source.comparison, indices, source.images)
    return [Gallery(title="Hardest images", hint=MEASURE_HINTS["loss"], cards=cards)]


def rank_images(comparison: Comparison, measure: str, *, label: int | None = None) -> np.ndarray:
    """Return the indices of test images, hardest first, of one class or of all."""
    ranked = rank_hardest(comparison.merged_probabilities, comparison.labels, measure=measure)
    return ranked if label is None else ranked[comparison.labels[ranked] == label]
