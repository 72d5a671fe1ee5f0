"""Pick the model, the preset and the data, with the published result of a preset."""

import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.formatting import format_percent
from fmnist_core.models.registry import MODELS
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import form_state, page_params
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list


def pick_preset() -> str:
    """Draw the widgets for model, preset and data; return the preset's key.

    A followed link, or the recipe that was left on the page, fills all widgets first.
    """
    linked_choice = page_params.follow_link()
    if linked_choice:
        form_state.fill_widgets(linked_choice)
    form_state.resend(form_state.MODEL, form_state.PRESET, form_state.DATA)
    left, right = st.columns(2)
    with left:
        model = st.selectbox(
            "Model",
            list(MODELS),
            format_func=model_text,
            key=form_state.MODEL,
            on_change=form_state.apply_model,
            help="Type to search. The simplest models come first; each is followed by its family.",
        )
        st.caption(MODELS[model].teaches)
    with right:
        preset_key = st.selectbox(
            "Preset",
            [key for key, preset in PRESETS.items() if preset.recipe.model == model],
            format_func=lambda key: PRESETS[key].title,
            key=form_state.PRESET,
            on_change=form_state.apply_preset,
            help="A complete recipe to start from; change its settings under Adjust.",
        )
        preset = PRESETS[preset_key]
        st.caption(preset.summary)
        if text := published_result_text(preset, run_list.runs()):
            st.caption(text)
    _pick_data()
    return preset_key


def model_text(key: str) -> str:
    """A model's title and family."""
    spec = MODELS[key]
    return f"{spec.title} · {spec.family.lower()}"


def _pick_data() -> None:
    data = st.segmented_control(
        "Data",
        list(DATASET_TITLES),
        format_func=lambda key: DATASET_TITLES[key],
        key=form_state.DATA,
        required=True,
        help="Fashion-MNIST: 70,000 photos of clothes. Synthetic garments: images that this "
        "program draws itself, for a machine without the data set; what a model learns from them "
        "says little about real photos.",
    )
    if data == "drawn":
        st.caption(
            ":orange-badge[synthetic garments] Not real photos: results are not comparable with "
            "those on Fashion-MNIST, and every run is marked."
        )


def find_best_run(preset: Preset, runs: list[RunSummary]) -> RunSummary | None:
    """The most accurate finished run of `preset`, on Fashion-MNIST if there is one."""
    finished = [
        run for run in runs if run.preset_key == preset.key and run.test_accuracy is not None
    ]
    return max(
        finished, key=lambda run: (run.data != "drawn", run.test_accuracy or 0), default=None
    )


def published_result_text(preset: Preset, runs: list[RunSummary]) -> str:
    """The result that the recipe's authors report, and ours; empty if none is published."""
    if preset.reported is None:
        return ""
    own_result = _own_result_text(find_best_run(preset, runs))
    return f"Reported by its authors: {preset.reported}. Here: {own_result}."


def _own_result_text(run: RunSummary | None) -> str:
    report = run.report if run else None
    if run is None or report is None:
        return "not trained yet"
    test = format_percent(report.test_accuracy)
    validation = format_percent(report.validation_accuracy)
    return (
        f"{test} test, {validation} validation on {run.data_title}, {run.initial_weights_text} "
        f"({run.name}, {report.environment.device})"
    )
