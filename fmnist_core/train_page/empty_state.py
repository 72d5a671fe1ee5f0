"""What stands in place of the curves before there is a run to show: a sentence and two examples."""

import streamlit as st

from fmnist_core.formatting import format_duration, format_percent
from fmnist_core.runs.summary import RunSummary
from fmnist_core.train_page import replay, run_picker
from fmnist_core.ui import run_history

EXAMPLES = ("mlp", "cnn")
"""Ids of the example models that can be replayed."""


def draw_empty_state(runs: list[RunSummary]) -> None:
    """Draw the sentence, and a button for each example that replays how it was trained."""
    with st.container(key="empty-lab", horizontal_alignment="center", gap="small"):
        st.header("Your curves will appear here", anchor=False)
        st.markdown(
            "Press **Train** above and watch your network learn, second by second. "
            "Or first see how one of the example models learned:"
        )
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            for run in runs:
                if run.is_example and run.id in EXAMPLES:
                    _draw_example(run)


def _draw_example(run: RunSummary) -> None:
    length = run_history.read_history(run.run).seconds
    accuracy = format_percent(run.test_accuracy) if run.test_accuracy else ""
    st.button(
        f"Replay the {run.name} example",
        icon=":material/play_circle:",
        key=f"replay example {run.id}",
        help=f"Recorded earlier: {format_duration(length)} of training, sped up. "
        f"It reached {accuracy} on the test images.",
        on_click=_replay_example,
        args=(run.id, length),
    )


def _replay_example(run_id: str, length: float) -> None:
    replay.start_replay(run_id, length)
    run_picker.request_run(run_id)
