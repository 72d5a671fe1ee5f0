"""The button that starts a first run at once and opens Train on it."""

import streamlit as st

from fmnist_core.data import sources
from fmnist_core.runs.run import RunState
from fmnist_core.runs.summary import RunSummary
from fmnist_core.training.cost_estimate import expected_seconds
from fmnist_core.training.presets import PRESETS
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import action_errors, own_runs, run_actions

PRESET = PRESETS["mlp-quick"]
USUAL_SECONDS = 30.0
"""On a laptop, where this machine has not been measured."""
ACTION = "first run"
STARTED = "first run started"
"""Session-state key: the id of the run that the button has just started."""


def draw_button(runs: list[RunSummary]) -> None:
    """Draw the button and what it does; after a press, go to Train."""
    run_id = st.session_state.pop(STARTED, None)
    if run_id:
        st.switch_page("pages/train.py", query_params={"preset": PRESET.key, "run": run_id})
    recipe = first_recipe()
    own = own_runs.own_runs(runs)
    which = "another" if own else "your first"
    st.button(
        f"Train {which} network ({duration_text(expected_seconds(recipe))})",
        type="primary",
        icon=":material/play_arrow:",
        key="train first",
        on_click=_start_run,
        args=(recipe,),
    )
    action_errors.show_error(ACTION)
    active = next((run for run in own if run.is_active), None)
    if active is not None:
        st.page_link(
            "pages/train.py",
            label="Your network is training: watch it"
            if active.state is RunState.RUNNING
            else "Your network is waiting in the queue: watch it",
            icon=":material/arrow_forward:",
            query_params={"run": active.id},
        )
        return
    st.caption(description(recipe, runs))
    last = own_runs.last_own_run(runs)
    if last is not None:
        st.page_link(
            "pages/predict.py",
            label="Try your last network on your drawing",
            icon=":material/arrow_forward:",
            query_params={"models": last.id},
        )


def first_recipe() -> Recipe:
    """The quick MLP, on synthetic garments while Fashion-MNIST is missing."""
    has_data = sources.available_source() is not None
    return PRESET.recipe if has_data else PRESET.recipe.changed(data="drawn")


def duration_text(seconds: float | None) -> str:
    """`about 30 s`, in tens of seconds, or `about 2 min`."""
    seconds = USUAL_SECONDS if seconds is None else seconds
    if seconds < 95:
        return f"about {max(10, 10 * round(seconds / 10))} s"
    return f"about {round(seconds / 60)} min"


def description(recipe: Recipe, runs: list[RunSummary]) -> str:
    """What happens on a press: at once, or after those that are training."""
    images = "synthetic garments" if recipe.data == "drawn" else "55,000 photos"
    num_before = sum(run.state in (RunState.RUNNING, RunState.QUEUED) for run in runs)
    if num_before:
        turn = "Another network is ahead" if num_before == 1 else f"{num_before} networks are ahead"
        return f"{turn}; yours starts when its turn comes, on {images}."
    return f"One click: it starts at once, learns from {images}, and you watch it get better."


def _start_run(recipe: Recipe) -> None:
    if STARTED in st.session_state:
        return  # a rerun that a component requests meanwhile can repeat the press
    run = action_errors.run_action(ACTION, run_actions.start_run, recipe, name=PRESET.title)
    if run:
        st.session_state[STARTED] = run.id
