"""Pick the model, the preset and the data, with the published result of a preset."""

import streamlit as st

from fmnist_core.charts.palette import FAMILY_COLORS
from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.formatting import format_percent
from fmnist_core.models.registry import MODELS
from fmnist_core.runs import summary
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import form_state
from fmnist_core.training.preset import Preset
from fmnist_core.training.presets import PRESETS
from fmnist_core.ui import run_list


def pick_preset() -> str:
    """Draw the widgets for model and preset; return the preset's key."""
    form_state.resend(form_state.MODEL, form_state.PRESET, form_state.DATA)
    model = st.pills(
        "Model",
        list(MODELS),
        format_func=lambda key: MODELS[key].title,
        key=form_state.MODEL,
        on_change=form_state.apply_model,
        required=True,
        help="The simplest models come first; the large ones at the end take much longer to train.",
    )
    spec = MODELS[model or next(iter(MODELS))]
    dot = f'<span style="color:{FAMILY_COLORS[spec.family]}">●</span>'
    st.caption(f"{dot} **{spec.family}.** {spec.teaches}", unsafe_allow_html=True)
    preset_key = st.pills(
        "Preset",
        [key for key, preset in PRESETS.items() if preset.recipe.model == spec.key],
        format_func=preset_text,
        key=form_state.PRESET,
        on_change=form_state.apply_preset,
        required=True,
        help="Complete settings to start from; change any of them under Adjust.",
    )
    preset = PRESETS[preset_key or st.session_state[form_state.PRESET]]
    texts = [preset.summary, published_result_text(preset, run_list.runs())]
    st.caption(" ".join(filter(None, texts)))
    return preset.key


def preset_text(key: str) -> str:
    """A preset's title without that of its model, which is chosen before it: `Quick`."""
    preset = PRESETS[key]
    rest = " ".join(preset.title.replace(MODELS[preset.recipe.model].title, "").split())
    return rest[:1].upper() + rest[1:] if rest else "Standard"


def pick_data() -> None:
    """Draw the choice of the data set; call it after `pick_preset`, which fills it."""
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
            ":orange-badge[synthetic garments] Drawn by the computer, not real photos: results "
            "can't be compared with those on Fashion-MNIST."
        )


def find_best_run(preset: Preset, runs: list[RunSummary]) -> RunSummary | None:
    """The most accurate finished run of `preset`, on Fashion-MNIST if there is one."""
    return summary.best_run(run for run in runs if run.preset_key == preset.key)


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
