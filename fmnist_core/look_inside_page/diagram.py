"""The network from left to right, with what the image becomes at each step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from fmnist_core.inspection.layouts import choose_layout
from fmnist_core.look_inside_page import network_view, page_state, step_texts
from fmnist_core.look_inside_page.network_view import DiagramRow, DiagramStep

if TYPE_CHECKING:
    from fmnist_core.inspection.steps import Step, Trace


def draw_diagram(trace: "Trace", *, selected: str, pixels: np.ndarray, answer: str) -> None:
    """Draw the steps of a trace of an image uint8 [28, 28].

    `answer` is the predicted class; empty while there is no image.
    """
    path = [step.name for step in trace.path(selected)]
    rows = [
        DiagramRow(
            title="",
            steps=[
                _picture_step(trace, pixels, is_selected=selected == page_state.PICTURE),
                *_steps(trace.steps, path),
                _answer_step(trace, answer, is_selected=selected == page_state.ANSWER),
            ],
        )
    ]
    for step in trace.path(selected):
        if step.children:
            rows.append(
                DiagramRow(
                    title=f"Inside {step.name} ({step_texts.title(step.kind)})",
                    steps=_steps(step.children, path),
                )
            )
    network_view.draw_diagram(rows, key="network diagram", on_pick=page_state.pick)


def _steps(steps: Sequence["Step"], path: Sequence[str]) -> list[DiagramStep]:
    return [
        DiagramStep(
            name=step.name,
            title=step_texts.title(step.kind),
            shape=step_texts.shape_text(step.shape),
            tip=_tip(step),
            map=step.thumbnail,
            is_block=bool(step.children),
            state=_state(step.name, path),
        )
        for step in steps
    ]


def _tip(step: "Step") -> str:
    layout = choose_layout(step.shape)
    shown = (
        "" if step.channel is None else f"; here: {step_texts.noun(layout).lower()} {step.channel}"
    )
    return f"{step.name}: {step_texts.layout_text(layout)}{shown}"


def _state(name: str, path: Sequence[str]) -> Literal["", "open", "selected"]:
    if path and name == path[-1]:
        return "selected"
    return "open" if name in path else ""


def _picture_step(trace: "Trace", pixels: np.ndarray, *, is_selected: bool) -> DiagramStep:
    return DiagramStep(
        name=page_state.PICTURE,
        title="Picture",
        shape=step_texts.shape_text(tuple(trace.inputs.shape)),
        tip="What the model sees",
        map=pixels.astype(np.float32) / 255,
        palette="gray",
        state="selected" if is_selected else "",
    )


def _answer_step(trace: "Trace", answer: str, *, is_selected: bool) -> DiagramStep:
    probabilities = trace.logits.softmax(dim=0).numpy()
    return DiagramStep(
        name=page_state.ANSWER,
        title=f"Softmax: {answer}" if answer else "Softmax",
        shape=str(len(probabilities)),
        tip="Ten probabilities, one for each class",
        map=probabilities[None],
        state="selected" if is_selected else "",
    )
