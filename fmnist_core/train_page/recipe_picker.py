"""Choose a recipe: model, preset and data; the address bar always says which.

The link is the one truth across page changes: it fills the widgets when somebody arrives, and is
written anew from them in each run of the page.
"""

import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.formatting import format_percent
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import form_state, url_state
from fmnist_core.train_page.recipe_link import RecipeChoice
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list


def choose() -> str:
    """Model, preset and data as widgets; returns the preset's key."""
    arriving = url_state.arriving()
    if arriving:
        form_state.fill(arriving)
    form_state.hold("model", "preset", "data")
    left, right = st.columns(2)
    with left:
        st.selectbox(
            "Model",
            list(MODELS),
            format_func=model_words,
            key="model",
            on_change=_model_changed,
            help="Type to search. The simplest come first; each one's family stands behind it.",
        )
        model: str = st.session_state["model"]
        st.caption(MODELS[model].teaches)
    with right:
        preset = st.selectbox(
            "Recipe",
            [key for key, entry in PRESETS.items() if entry.recipe.model == model],
            format_func=lambda key: PRESETS[key].title,
            key="preset",
            on_change=preset_changed,
        )
        st.caption(PRESETS[preset].summary)
        if words := coursework_text(PRESETS[preset], run_list.runs()):
            st.caption(words)
    _choose_data()
    return preset


def model_words(key: str) -> str:
    """A model's title and family, once where they are alike."""
    spec = MODELS[key]
    return f"{spec.title} · {spec.family.lower()}"


def _choose_data() -> None:
    st.segmented_control(
        "Data",
        list(DATASET_TITLES),
        format_func=lambda key: DATASET_TITLES[key],
        key="data",
        required=True,
        help="Fashion-MNIST: 70,000 photographs of garments. Drawn garments: pictures that this "
        "program draws itself, for a machine without the data set; what is learned from them "
        "says little about real photographs.",
    )
    if st.session_state["data"] == "drawn":
        st.caption(
            ":orange-badge[drawn garments] Not real photographs: the figures do not compare with "
            "Fashion-MNIST, and every run is marked."
        )


def _model_changed() -> None:
    model = st.session_state["model"]
    st.session_state["preset"] = next(
        key for key, entry in PRESETS.items() if entry.recipe.model == model
    )
    preset_changed()


def preset_changed() -> None:
    """A preset brings its own values for all knobs; the data stay as chosen."""
    preset = PRESETS[st.session_state["preset"]]
    form_state.fill(RecipeChoice(preset, preset.recipe.changed(data=st.session_state["data"])))


def best_shipped_run(preset: Preset, rows: list[RunSummary]) -> RunSummary | None:
    """The best finished run that follows `preset`, on real data where there is one."""
    followers = [row for row in rows if row.follows == preset.key and row.test_accuracy is not None]
    return max(
        followers, key=lambda row: (row.data != "drawn", row.test_accuracy or 0), default=None
    )


def coursework_text(preset: Preset, rows: list[RunSummary]) -> str:
    """Theirs beside ours, or nothing where nobody has published anything."""
    if preset.reported is None:
        return ""
    ours = _our_result_text(best_shipped_run(preset, rows))
    return f"Its authors report {preset.reported}. Here: {ours}."


def _our_result_text(row: RunSummary | None) -> str:
    report = row.report if row else None
    if row is None or report is None:
        return "not trained yet"
    test, validation = format_percent(report.test_accuracy), format_percent(report.validation_accuracy)
    return (
        f"{test} test, {validation} validation on {row.data_title}, {row.initial_weights_text} "
        f"({row.name}, {report.environment.device})"
    )
