"""Choose a recipe: model, preset, data and all knobs; the address bar always says which.

The link is the one truth across page changes: it fills the widgets when somebody arrives, and is
written anew from them in each run of the page.
"""

from typing import Any

import streamlit as st

from fmnist_core.data.datasets import DATASET_TITLES
from fmnist_core.models.registry import MODELS
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import address, knobs, links
from fmnist_core.ui.knobs import Knob
from fmnist_core.ui.links import Choice
from fmnist_core.ui.wording import plural, value

WIDTH = 172
"""Of a knob in pixels: four beside each other on a laptop, one on a telephone."""
GROUP_TITLES = {"": "Training", "augmentation": "Augmentation: random changes to the images"}


def choose() -> str:
    """Model, preset and data as widgets; returns the preset's key."""
    arriving = address.arriving()
    if arriving:
        _fill(arriving)
    left, right = st.columns(2)
    with left:
        st.segmented_control(
            "Model",
            list(MODELS),
            format_func=lambda key: MODELS[key].title,
            key="model",
            required=True,
            on_change=_model_changed,
        )
        model: str = st.session_state["model"]
        st.caption(MODELS[model].teaches)
    with right:
        preset = st.selectbox(
            "Recipe",
            [key for key, entry in PRESETS.items() if entry.recipe.model == model],
            format_func=lambda key: PRESETS[key].title,
            key="preset",
            on_change=_preset_changed,
        )
        st.caption(_preset_words(preset))
    _choose_data()
    return preset


def _preset_words(key: str) -> str:
    entry = PRESETS[key]
    reported = f" Its authors report {entry.reported}." if entry.reported else ""
    return entry.summary + reported


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


def adjust(preset: str) -> Choice:
    """All other knobs, in an expander; returns what is chosen, which the address bar then says."""
    before = _from_widgets(preset)
    changes = before.differences(PRESETS[preset].recipe)
    changes.pop("data", None)
    label = "Adjust" + (f" · {plural(len(changes), 'change')}" if changes else "")
    with st.expander(label, icon=":material/tune:", key="adjust"):
        for group in dict.fromkeys(knob.group for knob in knobs.all_knobs()):
            st.markdown(f"**{GROUP_TITLES.get(group, group.capitalize())}**")
            with st.container(horizontal=True, gap="medium"):
                for knob in knobs.all_knobs():
                    if knob.group == group:
                        _widget(knob)
        if changes:
            _show_changes(changes)
    choice = Choice(PRESETS[preset], _from_widgets(preset))
    address.say_recipe(choice)
    return choice


def _show_changes(changes: dict[str, tuple[Any, Any]]) -> None:
    said = [
        f"{knobs.knob(name).title} {value(mine)} (was {value(theirs)})"
        for name, (mine, theirs) in changes.items()
    ]
    st.caption("Changed: " + " · ".join(said))
    st.button("Back to the recipe as it was", on_click=_preset_changed, icon=":material/undo:")


def _widget(knob: Knob) -> None:
    shown: dict[str, Any] = {
        "label": knob.title,
        "key": _key(knob.field),
        "help": knob.help,
        "width": WIDTH,
    }
    came = st.session_state[_came_key(knob.field)]
    match knob.kind:
        case "choice":
            st.selectbox(options=knobs.with_value(knob.options, came), **shown)
        case "steps":
            options = knobs.with_value(knob.options, came)
            st.select_slider(options=options, format_func=value, **shown)
        case "slider":
            high = max(knob.high, came)
            st.slider(min_value=knob.low, max_value=high, step=knob.step, **shown)
        case "number":
            shown |= {"placeholder": knob.empty_words, "value": None} if knob.optional else {}
            st.number_input(
                min_value=knob.least,
                max_value=knob.most,
                step=knob.step,
                format="%g" if knob.number is float else None,
                **shown,
            )
        case "switch":
            st.toggle(**shown)
        case "text":
            st.text_input(**shown)


def _fill(choice: Choice) -> None:
    st.session_state["model"] = choice.recipe.model
    st.session_state["preset"] = choice.preset.key
    for name, setting in links.flat(choice).items():
        if name != "model":
            st.session_state[_key(name)] = _fitting(name, setting)
            st.session_state[_came_key(name)] = _fitting(name, setting)


def _fitting(name: str, setting: Any) -> Any:
    knob = knobs.knob(name)
    numeric = knob.kind in ("number", "slider", "steps")
    return knob.number(setting) if numeric and setting is not None else setting


def _key(field: str) -> str:
    return "data" if field == "data" else f"knob {field}"


def _came_key(field: str) -> str:
    """Where the value lies that a preset or link brought: its knob's range must hold it, and a
    range that moved with the knob would throw the knob back.
    """
    return f"came {field}"


def _model_changed() -> None:
    model = st.session_state["model"]
    st.session_state["preset"] = next(
        key for key, entry in PRESETS.items() if entry.recipe.model == model
    )
    _preset_changed()


def _preset_changed() -> None:
    """A preset brings its own values for all knobs; the data stay as chosen."""
    recipe = PRESETS[st.session_state["preset"]].recipe
    kept = recipe.changed(data=st.session_state["data"])
    _fill(Choice(PRESETS[st.session_state["preset"]], kept))


def _from_widgets(preset: str) -> Recipe:
    recipe = PRESETS[preset].recipe
    names = ["data", *(knob.field for knob in knobs.all_knobs())]
    return recipe.changed(**{name: st.session_state[_key(name)] for name in names})
