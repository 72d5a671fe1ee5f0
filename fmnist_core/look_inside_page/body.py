"""Layout of the page: the diagram, below it the picked step and the panel with the picture."""

from html import escape

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmnist_core import html_snippets
from fmnist_core.errors import LabError
from fmnist_core.fashion_mnist import CLASSES, IMAGE_SIZE
from fmnist_core.formatting import escape_markdown
from fmnist_core.image_input import batch_upload, picker, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.look_inside_page import (
    activation_view,
    answer,
    compute,
    diagram,
    model_choice,
    page_state,
    picture,
    step_view,
)
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import (
    browser_state,
    cached_predictions,
    link_problems,
    model_picker,
    prediction_cards,
    query_params,
    run_list,
)

BLANK = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
"""A picture of nothing."""
DRAW_HINT = "Draw a garment: all of the network changes with every stroke."
NOT_FINITE = (
    "This model computes no numbers for this picture, only NaN: its training has diverged, or its "
    "weights are damaged. Choose another model."
)


@st.fragment
def draw_body() -> None:
    """Draw everything below the title; as a fragment, so a click or a stroke reruns only this."""
    view = page_state.pick_view()
    picked = model_choice.pick_model(run_list.runs())
    problems = st.container()
    if view == page_state.STEPS:
        _draw_steps(picked)
    else:
        with st.container(key="inside-activations"):
            if picked is not None:
                activation_view.draw_activations(*picked)
        _write_params(None if picked is None else picked[0])
    with problems:
        link_problems.draw()  # what a link asks for is known to exist only once it is drawn
    if picked is not None:
        model_picker.preload({picked[0].name: picked[0]})


def _draw_steps(picked: tuple[RunSummary, int | None] | None) -> None:
    """Draw the panel with the picture, and what the model makes of it, if there is one."""
    with st.container(key="inside-body"):
        network = st.container(key="inside-network")
        stage, panel = st.container(key="inside-stage"), st.container(key="inside-panel")
    with panel:
        st.header("Picture", anchor=False)
        source = sources.pick_source()
        image = source.draw()
    hint = DRAW_HINT if source is sources.DRAW else source.hint
    if picked is not None:
        run, epoch = picked
        if sources.has_batch():
            image, hint = _pick_from_batch(run, image, hint, stage=stage, panel=panel)
        _draw_network(run, epoch, image, network=network, stage=stage, panel=panel, hint=hint)
    panel.caption(picker.PRIVACY)
    params = _write_params(None if picked is None else picked[0])
    with panel:
        _draw_links(params)


def _pick_from_batch(
    run: RunSummary,
    image: InputImage | None,
    hint: str,
    *,
    stage: DeltaGenerator,
    panel: DeltaGenerator,
) -> tuple[InputImage | None, str]:
    """Draw the table of the uploaded batch; return the image of the selected row and a hint."""
    with panel:
        chosen = batch_upload.pick_model({run.name: run})
    if chosen is None:
        return image, hint
    with stage:
        return batch_upload.draw_batch_table(chosen), picker.SELECT_ROW


def _draw_network(
    run: RunSummary,
    epoch: int | None,
    image: InputImage | None,
    *,
    network: DeltaGenerator,
    stage: DeltaGenerator,
    panel: DeltaGenerator,
    hint: str,
) -> None:
    """Draw diagram and step; in place of them, why a model cannot be used.

    While there is no image, the diagram is that of a black one: if it came with the first stroke,
    the canvas would move under the pen. `hint` says how to get an image.
    """
    pixels = BLANK if image is None else image.pixels
    if epoch is None and run.report is not None:
        # The first prediction loads torch and the model, which takes seconds, with a spinner. It
        # must not be above the canvas, which would move.
        with stage:
            (prediction,) = cached_predictions.predict({run.name: run}, pixels)
        if prediction.error:
            stage.warning(escape_markdown(prediction.error), icon=":material/broken_image:")
            return
    try:
        key = compute.model_key(run.run, epoch)
        predictor = compute.load_model(key)
        selected, trace = compute.trace_image(
            compute.TraceKey(model=key, image=pixels.tobytes(), step=page_state.step())
        )
    except LabError as error:
        stage.warning(escape_markdown(str(error)), icon=":material/broken_image:")
        return
    probabilities = trace.logits.softmax(dim=0).numpy()
    if not np.isfinite(probabilities).all():
        stage.warning(NOT_FINITE, icon=":material/broken_image:")
        return
    predicted = CLASSES[int(probabilities.argmax())]
    page_state.show_step(selected)
    with network:
        diagram.draw_diagram(
            trace, selected=selected, pixels=pixels, answer="" if image is None else predicted
        )
    if image is None:
        stage.html(prediction_cards.placeholder_html(hint))
        return
    with panel:
        confidence = float(probabilities.max())
        st.html(_answer_html(run.name, predicted, confidence, image))
        browser_state.announce(f"{run.name} says {predicted}, {confidence:.0%} sure.")
    with stage, st.container(key=f"inside step {selected}"):
        if selected == page_state.PICTURE:
            picture.draw_picture(pixels, predictor.input_spec)
        elif selected == page_state.ANSWER:
            answer.draw_answer(trace.logits.numpy(), label=image.label)
        else:
            from fmnist_core.inspection import costs

            step = trace.path(selected)[-1]
            cost = costs.get_costs(predictor).get(step.name)
            step_view.draw_step(predictor.model, trace, step, cost=cost)


def _answer_html(name: str, predicted: str, confidence: float, image: InputImage) -> str:
    """What the model sees, and what it says."""
    mark = ""
    if image.accepted is not None:
        mark = html_snippets.correctness_mark(CLASSES.index(predicted), image.accepted)
    truth = f'<p class="note">Actually: {escape(image.truth)}</p>' if image.truth else ""
    return (
        f'<div class="explained" data-predicted="{predicted}">'
        f'<img src="{html_snippets.data_url(image.pixels)}" alt="What the model sees">'
        f"<div>{escape(name)}: <b>{predicted}{mark}</b> {confidence:.0%}{truth}</div></div>"
    )


def _write_params(run: RunSummary | None) -> dict[str, str]:
    """Write what is shown into the URL; returns the parameters of model and image."""
    test_index, data = sources.shown_test_image()
    params = query_params.to_params(
        [] if run is None else [run.id],
        test_index=test_index, data=data, source=sources.open_key(),
        photograph=sources.shown_photograph(),
    )  # fmt: skip
    query_params.write(params | page_state.to_params())
    return params


def _draw_links(params: dict[str, str]) -> None:
    """Link to the same image and model on other pages."""
    # On Data, an image of one's own is a star on the map.
    data_params = params if query_params.TEST in params else params | {query_params.VIEW: "map"}
    with st.container(key="inside-links", horizontal=True, gap="small"):
        for file, label, icon, link_params in (
            ("pages/predict.py", "Predict", ":material/draw:", params),
            ("pages/explain.py", "Explain", ":material/visibility:", params),
            ("pages/data.py", "Data", ":material/apparel:", data_params),
        ):
            st.page_link(file, label=label, icon=icon, query_params=link_params)
