"""The hardest test images: by loss, by confident mistakes, by disagreement."""

import numpy as np
import streamlit as st

from fmnist_core.compare_page import image_cards, image_gallery
from fmnist_core.compare_page.blocks import Block, Gallery
from fmnist_core.evaluation.hard_examples import hardest
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.runs.comparison import Comparison, class_index

EVERY = "all classes"
MEASURES = {
    "loss": "loss",
    "confidence": "confident mistakes",
    "disagreement": "disagreement",
}
MEANINGS = {
    "loss": "Highest cross-entropy first, the mean over the picked runs: the truth was given "
    "little probability.",
    "confidence": "The highest probability that any of the runs gave to a wrong class first.",
    "disagreement": "Jensen-Shannon divergence between the runs' answers, the highest first: each "
    "of them is sure of something else.",
}
IN_REPORT = 12


def show(contest: Comparison) -> None:
    """Ask how they are sorted and of which class, then page through them."""
    alone = len(contest.runs) == 1
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = st.segmented_control(
            "Sorted by",
            [key for key in MEASURES if not (alone and key == "disagreement")],
            default="loss", format_func=MEASURES.__getitem__, required=True,
            key=f"hard measure {alone}", persist_state="session",
        )  # fmt: skip
        chosen = st.selectbox(
            "True class", [EVERY, *CLASSES], key="hard class", width=220, persist_state="session"
        )
    found = of_class(contest, measure, None if chosen == EVERY else class_index(chosen))
    image_gallery.show(
        contest, found, title=f"Hardest images, {chosen}", hint=MEANINGS[measure],
        key=f"hard {measure} {chosen}",
    )  # fmt: skip


def report(contest: Comparison) -> list[Block]:
    """The first few by loss."""
    found = hardest(contest.probabilities, contest.labels, measure="loss")[:IN_REPORT]
    images, _ = image_gallery.images_of(contest)
    made = image_cards.cards(contest, found, images)
    return [Gallery(title="Hardest images", hint=MEANINGS["loss"], cards=made)]


def of_class(contest: Comparison, measure: str, label: int | None) -> np.ndarray:
    """Test images, hardest first, of one class or all."""
    found = hardest(contest.probabilities, contest.labels, measure=measure)
    return found if label is None else found[contest.labels[found] == label]
