"""The models by family: what each teaches, its best result, and links to try and to train it."""

from html import escape

import streamlit as st

from fmnist_core.charts.palette import FAMILY_COLORS
from fmnist_core.formatting import format_percent
from fmnist_core.models.registry import MODELS, ModelSpec
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list

OPEN = "models are open"
"""Session-state key of the expander."""


@st.fragment
def draw_catalog() -> None:
    """Draw an expander with a card for each model, in the color of its family.

    The cards are drawn when it is opened: they are half of what the browser would have to draw.
    """
    expander = st.expander("The models", icon=":material/hub:", key=OPEN, on_change="rerun")
    if expander.open:
        with expander:
            _draw_cards(run_list.runs())


def _draw_cards(runs: list[RunSummary]) -> None:
    with st.container(key="home-models"):
        for spec in MODELS.values():
            with st.container(key=f"model-{spec.key}", gap=None):
                st.html(model_html(spec, best_result_text(spec.key, runs)))
                _draw_links(spec, find_best_run(spec.key, runs))


def _draw_links(spec: ModelSpec, run: RunSummary | None) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        if run is not None:
            st.page_link(
                "pages/predict.py",
                label="Try",
                icon=":material/draw:",
                query_params={"models": run.id},
            )
        st.page_link(
            "pages/train.py",
            label="Train",
            icon=":material/model_training:",
            query_params={"preset": first_preset_key(spec.key)},
        )


def model_html(spec: ModelSpec, result: str) -> str:
    """A model's family, title, best result and its one sentence."""
    return (
        f'<div class="home-spec" style="--family:{FAMILY_COLORS[spec.family]}">'
        f'<div class="home-family"><i></i>{escape(spec.family)}</div>'
        f"<h3>{escape(spec.title)}</h3>"
        f'<div class="home-result">{escape(result)}</div><p>{escape(spec.teaches)}</p></div>'
    )


def first_preset_key(model: str) -> str:
    """The preset that Train shows first for a model."""
    return next(key for key, preset in PRESETS.items() if preset.recipe.model == model)


def find_best_run(model: str, runs: list[RunSummary]) -> RunSummary | None:
    """A model's most accurate finished run, on Fashion-MNIST if it has been trained on that."""
    return summary.best_run(run for run in runs if run.model == model)


def best_result_text(model: str, runs: list[RunSummary]) -> str:
    """The test accuracy of a model's best run, its data if synthetic, and its initial weights."""
    best = find_best_run(model, runs)
    if best is None:
        return "not trained yet"
    data = " on synthetic garments" if best.data == "drawn" else ""
    return f"{format_percent(best.test_accuracy or 0)}{data}, {best.initial_weights_text}"
