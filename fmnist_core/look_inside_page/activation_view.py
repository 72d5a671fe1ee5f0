"""View: how the units of each layer respond to many images, and which never do."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core.data.datasets import DatasetKey
from fmnist_core.errors import LabError
from fmnist_core.formatting import escape_markdown, pluralize
from fmnist_core.look_inside_page import compute, step_texts
from fmnist_core.look_inside_page.compute import ModelKey
from fmnist_core.look_inside_page.number_html import number
from fmnist_core.runs.summary import RunSummary
from fmnist_core.ui import dataset_status

if TYPE_CHECKING:
    from fmnist_core.inspection.activations import LayerActivations

MIN_IMAGES, MAX_IMAGES = 100, 500
FLOP_BUDGET = 3e10
"""Of one measurement: one to three seconds on one core."""
MAX_CACHED = 64
"""Measurements, shared by all sessions; they are of test images. One takes some 10 kB."""
HINT = (
    "Each histogram shows the outputs of one activation function, from small to large. Its bars "
    "are as high as the square root of how many outputs they stand for, so that rare ones are seen."
)
DEAD_HINT = (
    "A unit with ReLU that is positive for none of the images is dead: it contributes nothing, and "
    "gets no gradient to recover with."
)
CUTS_OFF = ("ReLU", "ReLU6")
"""Classes of activations that turn every negative number into 0, so that a unit can die."""


def draw_activations(run: RunSummary, epoch: int | None) -> None:
    """Draw a histogram for each activation function of a run's model, and count dead units."""
    data = _dataset(run)
    try:
        key = compute.model_key(run.run, epoch)
        with st.spinner("Measuring the activations …", show_time=True):
            num_images, layers = measure(key, data)
    except LabError as error:
        st.warning(escape_markdown(str(error)), icon=":material/broken_image:")
        return
    if not layers:
        st.info("This model has no activation function that is a module of its own.")
        return
    st.header(summary(layers, num_images), anchor=False)
    source = "test images" if data == "fashion-mnist" else "synthetic garments"
    dead_hint = f" {DEAD_HINT}" if any(map(can_die, layers)) else ""
    st.caption(f"{HINT}{dead_hint} Measured on {num_images} {source}.")
    st.html(histograms_html(layers))


def _dataset(run: RunSummary) -> DatasetKey:
    """The data set that the run learned from, if it is here; else synthetic garments."""
    wanted: DatasetKey = run.data or "fashion-mnist"
    return wanted if dataset_status.is_available(wanted) else "drawn"


@st.cache_resource(max_entries=MAX_CACHED, show_spinner=False, hash_funcs={ModelKey: repr})
def measure(key: ModelKey, data: DatasetKey) -> tuple[int, "list[LayerActivations]"]:
    """Measure the activations for test images; returns their number and the layers.

    In a copy of the model, so that nobody's predictions wait. Raises `LabError`.
    """
    import torch

    from fmnist_core.inspection import activations, costs
    from fmnist_core.runs import weights

    file = None if key.epoch is None else key.run.epoch_file(key.epoch)
    model, input_spec = weights.load_model(key.run, file=file)
    flops = sum(
        cost.flops
        for name, cost in costs.measure_costs(model, input_spec).items()
        if name.count(".") == 1
    )
    num_images = int(np.clip(FLOP_BUDGET / max(flops, 1), MIN_IMAGES, MAX_IMAGES))
    images, _ = dataset_status.load_test_set(data)
    device = next(model.parameters()).device
    batch = torch.from_numpy(images[:num_images].copy()).to(device)
    return len(batch), activations.measure_activations(model, input_spec, batch)


def can_die(layer: "LayerActivations") -> bool:
    """Whether a unit that is never positive contributes nothing and learns nothing."""
    return layer.kind in CUTS_OFF


def summary(layers: Sequence["LayerActivations"], num_images: int) -> str:
    """The dead units of all layers, in a sentence."""
    mortal = [layer for layer in layers if can_die(layer)]
    if not mortal:
        return f"How strongly the units respond to {num_images} images"
    dead = sum(layer.num_dead for layer in mortal)
    total = sum(layer.num_units for layer in mortal)
    if dead == 0:
        return f"None of {total:,} units is dead: each responds to some of {num_images} images"
    verb = "is" if dead == 1 else "are"
    return f"{dead:,} of {pluralize(total, 'unit')} {verb} dead: no response to {num_images} images"


def histograms_html(layers: Sequence["LayerActivations"]) -> str:
    """A card for each layer: its histogram, its dead units and its zeros."""
    return f'<div class="histograms">{"".join(map(_card, layers))}</div>'


def _card(layer: "LayerActivations") -> str:
    word = "dead" if can_die(layer) else "never positive"
    dead = f"{layer.num_dead:,} of {pluralize(layer.num_units, 'unit')} {word}"
    weight = "b" if layer.num_dead else "span"
    zeros = f", {layer.zero_fraction:.0%} zeros" if layer.zero_fraction >= 0.005 else ""
    low, high = float(layer.edges[0]), float(layer.edges[-1])
    name = escape(layer.name)
    return (
        f'<figure data-layer="{escape(layer.name)}" data-dead="{layer.num_dead}">'
        f"<header>{escape(step_texts.title(layer.kind))} <span>{name}</span></header>"
        f"{_bars_html(layer)}"
        f'<div class="ends"><span>{number(round(low, 2))}</span>'
        f"<span>{number(round(high, 2))}</span></div>"
        f"<figcaption><{weight}>{dead}</{weight}>{zeros}</figcaption></figure>"
    )


def _bars_html(layer: "LayerActivations") -> str:
    """Bars whose heights are square roots of the fractions: zeros would dwarf all others."""
    heights = np.sqrt(layer.fractions)
    heights = 100 * heights / heights.max()
    middles = (layer.edges[:-1] + layer.edges[1:]) / 2
    bars = "".join(
        f'<i class="{"below" if middle < 0 else "above"}" style="height:{height:.1f}%" '
        f'title="{number(float(round(middle, 3)))}: {fraction:.1%}"></i>'
        for height, middle, fraction in zip(heights, middles, layer.fractions, strict=True)
    )
    text = f"Histogram of {escape(layer.name)}"
    return f'<div class="bars-row" role="img" aria-label="{text}">{bars}</div>'
