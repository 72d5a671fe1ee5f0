"""The first screen: what this is, a canvas that answers, and the button that trains a network."""

from collections.abc import Mapping

import streamlit as st

from fmnist_core.home_page import first_run, playground
from fmnist_core.runs.summary import RunSummary

NUMBERS = ("A neural network guesses", "A neural network guesses", "Two neural networks guess")
LEAD = (
    "They learned from thousands of tiny photos. Train one yourself, try it on your drawings, "
    "and see what it looks at."
)


def draw_hero(models: Mapping[str, RunSummary], runs: list[RunSummary]) -> None:
    """Draw the headline, the canvas and the button; `styles/home.css` places them."""
    with st.container(key="home-hero"):
        with st.container(key="home-headline", gap=None):
            st.html(headline_html(len(models)))
            st.markdown(LEAD)
        playground.draw_playground(models)
        with st.container(key="home-start", gap="small"):
            first_run.draw_button(runs)


def headline_html(num_models: int) -> str:
    """What to do, and who answers; a heading of level 2."""
    return f"<h2>Draw a piece of clothing. <span>{NUMBERS[num_models]} what it is.</span></h2>"
