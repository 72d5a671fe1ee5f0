"""The path through the lab: four cards, each a link."""

from dataclasses import dataclass

import streamlit as st

from fmnist_core.ui import link_card


@dataclass(frozen=True)
class Step:
    """One card."""

    key: str
    file: str
    title: str
    text: str


STEPS = (
    Step(
        "train",
        "pages/train.py",
        "Train your own",
        "Pick a network, press Train and watch its accuracy climb.",
    ),
    Step(
        "predict",
        "pages/predict.py",
        "Try it on a drawing",
        "Does it know what you draw or photograph?",
    ),
    Step(
        "compare",
        "pages/compare.py",
        "Compare with the class",
        "Whose network is best? And is that more than luck?",
    ),
    Step(
        "explain",
        "pages/explain.py",
        "See what it looked at",
        "A heatmap shows which pixels decided the answer.",
    ),
)
"""In order; `styles/home.css` numbers them and gives each a picture."""


def draw_steps() -> None:
    """Draw the four cards in a row, on a phone in one column."""
    with st.container(key="home-steps"):
        for step in STEPS:
            link_card.draw_link_card(
                step.file, key=f"step-{step.key}", title=step.title, text=step.text
            )
