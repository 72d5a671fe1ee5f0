"""The canvas on Home, and what two models say to the drawing after every stroke."""

from collections.abc import Mapping, Sequence

import streamlit as st

from fmnist_core.charts.palette import FAMILY_COLORS, GRAY
from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.home_page import answer_cards, example_drawings
from fmnist_core.image_input import canvas, draw, sources
from fmnist_core.image_input.input_image import InputImage
from fmnist_core.runs import summary, zoo
from fmnist_core.runs.summary import RunSummary
from fmnist_core.serving.prediction import Prediction
from fmnist_core.ui import browser_state, cached_predictions

MAX_MODELS = len(zoo.PREDICTING)
PEN = example_drawings.Pen(width=14, color=draw.SHADES["black"], paper=draw.PAPER)
T_SHIRT = 0


def choose_models(runs: Sequence[RunSummary]) -> dict[str, RunSummary]:
    """The example models that predict, by name; without them, the two best finished runs."""
    finished = summary.finished_runs(runs)
    examples = {run.id: run for run in finished if run.is_example}
    chosen = [examples[key] for key in zoo.PREDICTING if key in examples] or finished[:MAX_MODELS]
    return dict(zip(summary.unique_names(chosen), chosen, strict=True))


@st.fragment
def draw_playground(models: Mapping[str, RunSummary]) -> None:
    """Draw the canvas, the answers and the examples.

    It is a fragment, so that a stroke reruns only this.
    """
    with st.container(key="home-play"):
        with st.container(key="home-board"):
            image = _draw_canvas()
        with st.container(key="home-answers"):
            _draw_answers(models, image)
        _draw_examples()


def _draw_canvas() -> InputImage | None:
    """Draw the canvas that Predict has too, with the same drawing on it."""
    pixels = canvas.draw_canvas(
        draw.CANVAS,
        edge=draw.EDGE,
        survives_reload=True,
        stroke_width=PEN.width,
        stroke_color=PEN.color,
        fill_color=PEN.color,
        background_color=PEN.paper,
        drawing_mode="freedraw",
    )
    image = draw.read_sketch(pixels, filled=st.session_state.get(draw.FILLS, True))
    st.html('<div class="home-ghost"></div>' if image is None else "<div hidden></div>")
    if image is not None:
        sources.open_source(sources.DRAW)
    return image


def _draw_answers(models: Mapping[str, RunSummary], image: InputImage | None) -> None:
    colors = [FAMILY_COLORS.get(run.family, GRAY) for run in models.values()]
    if image is None:
        predictions = [Prediction() for _ in models]
    else:
        predictions = cached_predictions.predict(models, image.pixels, origin=image.origin)
    predictions = [
        prediction.with_name_and_color(name, color)
        for prediction, name, color in zip(predictions, models, colors, strict=True)
    ]
    has_gap = image is not None and image.preprocessed.warning is not None
    pixels = image.pixels if image else None
    st.html(answer_cards.answers_html(predictions, pixels, has_gap=has_gap))
    browser_state.announce(answer_cards.verdict(predictions) if image else "")


def _draw_examples() -> None:
    icons = [example_drawings.icon_url(label) for label in range(len(CLASSES))]
    ghost = example_drawings.icon_url(T_SHIRT, stroke=1.5, dashes=(4, 4))
    st.html(f"<style>{_icon_css(icons, ghost)}</style>")
    with st.container(key="home-examples", horizontal=True, gap=None):
        for label, name in enumerate(CLASSES):
            st.button(
                name,
                key=f"example-{label}",
                type="tertiary",
                on_click=_place_example,
                args=(label,),
            )


def _icon_css(icons: Sequence[str], ghost: str) -> str:
    """Masks, because a mask takes the color of the theme."""
    rules = [
        f'.st-key-example-{label} button::before{{mask-image:url("{icon}")}}'
        for label, icon in enumerate(icons)
    ]
    return "".join([*rules, f'.home-ghost::before{{mask-image:url("{ghost}")}}'])


def _place_example(label: int) -> None:
    drawing = canvas.SavedDrawing(
        background_key="",
        canvas_json=example_drawings.canvas_json(label, PEN, edge=draw.EDGE),
        pixels=example_drawings.draw_pixels(label, PEN, edge=draw.EDGE),
    )
    canvas.place_drawing(draw.CANVAS, drawing)
