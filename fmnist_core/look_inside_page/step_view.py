"""One step of the network: its maps, one of them enlarged, and the arithmetic of one number."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from fmnist_core.fashion_mnist import CLASSES
from fmnist_core.formatting import escape_markdown, format_count, pluralize
from fmnist_core.inspection.layouts import Layout, LayoutKind, Position, choose_layout
from fmnist_core.look_inside_page import compute, network_view, number_html, page_state, step_texts
from fmnist_core.look_inside_page.page_state import ATTENTION, MAPS, WEIGHTS

if TYPE_CHECKING:
    from torch import Tensor, nn

    from fmnist_core.inspection.arithmetic import Calculation
    from fmnist_core.inspection.chains import Link
    from fmnist_core.inspection.costs import StepCost
    from fmnist_core.inspection.steps import Step, Trace

INSIDE_BLOCK = "To see how it comes about, click a step of this block in the row above."
ROLLOUT_HINT = "All blocks up to this one together, with their shortcuts (Abnar and Zuidema 2020)."
SHARED_SCALE = "All tiles share one scale."
OWN_SCALES = "Each tile has a scale of its own."
ATTENTION_EDGE, SOURCE_EDGE = 150, 200
"""In pixels: of a head's tile, and of the map that a filter looks at."""


def draw_step(model: "nn.Module", trace: "Trace", step: "Step", *, cost: "StepCost | None") -> None:
    """Draw one step of the trace, whose values the trace has kept."""
    from fmnist_core.inspection import chains

    inputs, output = trace.values[step.name]
    prefix = compute.num_prefix_tokens(model)
    layout = choose_layout(tuple(output.shape), num_prefix=prefix)
    layer = model.get_submodule(step.name)
    st.header(f"{step_texts.title(step.kind)}: {step_texts.layout_text(layout)}", anchor=False)
    st.caption(_facts(step, tuple(inputs.shape), cost))
    if sentence := step_texts.sentence(step.kind, is_block=bool(step.children)):
        st.markdown(sentence)
    part = _pick_part(trace, step, layer)
    maps = layout.arrange(output)
    position = compute.shown_position(layout, maps)
    links: list[Link] = []
    if not step.children:
        links = chains.follow_number(model, trace, step.name, layout.index(position))
    if part == WEIGHTS:
        _draw_weights(layer, trace, step, layout, position)
    elif part == ATTENTION:
        _draw_attention(trace, step, prefix)
    else:
        _draw_maps(
            maps, step, layout, position,
            source=(inputs, links[0][2]) if links else None,
            names=CLASSES if step is trace.steps[-1] else (),
        )  # fmt: skip
    where = _place_text(layout, position, is_answer=step is trace.steps[-1])
    shown = escape_markdown(number_html.number(float(maps[position])))
    if step.children and part == MAPS:
        st.caption(f"{where[0].upper()}{where[1:]}: {shown}. {INSIDE_BLOCK}")
    elif not step.children:
        st.subheader(f"Why {shown}? How {where} comes about", anchor=False)
        _draw_calculation(model, links, shown)


def legend_html(text: str = "") -> str:
    """The colors of positive and negative numbers, and a sentence."""
    return (
        '<div class="signed-scale"><span>negative</span><i></i><span>positive</span>'
        f"<p>{text}</p></div>"
    )


def _facts(step: "Step", input_shape: tuple[int, ...], cost: "StepCost | None") -> str:
    facts = [
        f"{step_texts.shape_text(input_shape)} → {step_texts.shape_text(step.shape)}",
    ]
    if cost is not None:
        facts.append(pluralize(cost.parameters, "parameter"))
        if cost.flops:
            facts.append(f"{format_count(cost.flops)} FLOPs")
    return " · ".join([*facts, f"`{step.name}`"])


def _pick_part(trace: "Trace", step: "Step", layer: "nn.Module") -> str:
    """Draw the choice of a part, if the step has more than its maps."""
    from fmnist_core.inspection import attention, weights

    titles = {MAPS: "Output"}
    if weights.has_pictures(layer):
        titles[WEIGHTS] = "Weights"
    if attention.find_attention(trace.attention, step.name):
        titles[ATTENTION] = "Attention"
    return MAPS if len(titles) == 1 else page_state.pick_part(titles)


def _draw_maps(
    maps: np.ndarray,
    step: "Step",
    layout: Layout,
    position: Position,
    *,
    source: "tuple[Tensor, Calculation] | None",
    names: Sequence[str],
) -> None:
    """Draw maps [M, H, W], and the one with the picked number enlarged.

    `source` is the step's input, and how it makes the number of it. `names` are those of the
    numbers, if they have any.
    """
    scale, noun = network_view.find_scale(maps), step_texts.noun(layout)
    number, row, column = position
    label = f"{step_texts.layout_text(layout)}. Arrow keys choose another one."
    if layout.kind is LayoutKind.VALUES:
        network_view.draw_map(
            maps[0], key="enlarged map", number=0, label=label, frame=(row, column, 1, 1),
            scale=scale, edge=2 * network_view.MAP_EDGE, names=names, on_pick=page_state.pick,
        )  # fmt: skip
        st.html(legend_html())
        return
    with st.container(key="inside-maps"):
        with st.container(key="inside-tiles"):
            network_view.draw_tiles(
                maps, key="tiles", step=step.name, noun=noun, label=label, selected=position,
                on_pick=page_state.pick,
            )  # fmt: skip
            st.html(legend_html(SHARED_SCALE))
        with st.container(key="inside-map"):
            st.markdown(f"**{noun} {number}** · click a number")
            network_view.draw_map(
                maps[number], key="enlarged map", number=number, scale=scale,
                label=f"{noun} {number}. Arrow keys move the frame.",
                frame=(row, column, 1, 1), on_pick=page_state.pick,
            )  # fmt: skip
            if source is not None:
                _draw_source(*source)


def _draw_source(inputs: "Tensor", calculation: "Calculation") -> None:
    """Draw where a filter looks: in the input map that counts most for the number."""
    from fmnist_core.inspection.arithmetic import Sum

    maps = choose_layout(tuple(inputs.shape)).arrange(inputs)
    if not isinstance(calculation, Sum) or calculation.corner is None:
        return
    strongest = int(np.abs(calculation.products.sum(axis=(1, 2))).argmax())
    channel = calculation.channels[strongest]
    if channel >= len(maps):  # maps of a single number are drawn as one
        return
    st.markdown(f"It looks here, in **input map {channel}**:")
    network_view.draw_map(
        maps[channel], key="source map", number=channel, edge=SOURCE_EDGE,
        label=f"Input map {channel}, with a frame around the patch under the filter",
        frame=(*calculation.corner, *calculation.inputs.shape[1:]),
    )  # fmt: skip


def _draw_weights(
    layer: "nn.Module", trace: "Trace", step: "Step", layout: Layout, position: Position
) -> None:
    from fmnist_core.inspection import weights
    from fmnist_core.inspection.weights import WeightKind

    channel = layout.channel(position)
    pictures = weights.picture_weights(layer, trace.inputs, channel=channel)
    count, height, width = pictures.maps.shape
    text = {
        WeightKind.FILTERS: f"Its {count} filters of {height} × {width}, one for each map of the "
        "output. Click one to see its map.",
        WeightKind.SLICES: f"Filter {channel} of {layout.num_maps}: it makes map {channel}, and "
        f"has {height} × {width} weights for each of {count} input maps. Choose another map under "
        "*Output*.",
        WeightKind.UNIT_PICTURES: f"The weights of {count} units as pictures: what each looks for "
        "in the image. Red pixels speak for it, blue ones against it. Click one.",
        WeightKind.UNIT_VALUES: f"The weights of unit {channel}, one for each input. Choose "
        "another unit under *Output*.",
    }[pictures.kind]
    st.caption(text)
    selected, on_pick = None, None
    if pictures.is_one_per_channel:
        selected, on_pick = (channel, 0, 0), lambda picked: _pick_channel(layout, picked)
    with st.container(key="inside-weights"):
        network_view.draw_tiles(
            pictures.maps, key="weights", step=step.name,
            noun="Weights of unit" if pictures.is_one_per_channel else "Weights for input map",
            label=text, selected=selected, has_own_scales=pictures.is_one_per_channel,
            on_pick=on_pick,
        )  # fmt: skip
        st.html(legend_html(OWN_SCALES if pictures.is_one_per_channel else SHARED_SCALE))


def _pick_channel(layout: Layout, picked: network_view.Pick) -> None:
    """Take over a click on a picture of weights: the number of that channel."""
    channel = int(picked["at"][0])
    current = page_state.position()
    if layout.kind is LayoutKind.VALUES:
        row, column = divmod(channel, layout.width)
        page_state.pick({"at": (0, row, column)})
    else:
        _, row, column = current or (0, layout.height // 2, layout.width // 2)
        page_state.pick({"at": (channel, row, column)})


def _draw_attention(trace: "Trace", step: "Step", prefix: int) -> None:
    from fmnist_core.inspection import attention

    name = attention.find_attention(trace.attention, step.name)
    assert name is not None
    maps = attention.map_attention(trace.attention, name, num_prefix=prefix)
    what = (
        "How much of each patch the class token takes in, by head. The answer is read from the "
        "class token."
        if maps.has_class_token
        else "How much each patch is attended to, on average over all patches, by head."
    )
    st.caption(what)
    titled = [(f"Head {index}", "", head) for index, head in enumerate(maps.heads.numpy())]
    if maps.rollout is not None:
        titled.append(("Rollout", ROLLOUT_HINT, maps.rollout.numpy()))
    with st.container(key="inside-attention", horizontal=True):
        for index, (title, hint, map_) in enumerate(titled):
            with st.container(width=ATTENTION_EDGE + 20, gap="xsmall"):
                st.markdown(f"**{title}**", help=hint or None)
                network_view.draw_map(
                    map_, key=f"attention {index}", number=index, palette="gray", label=title,
                    low=float(map_.min()), edge=ATTENTION_EDGE,
                )  # fmt: skip
    st.caption("White is the most of each picture. Point at a patch to read its share.")


def _place_text(layout: Layout, position: Position, *, is_answer: bool) -> str:
    """Name the number at a position; those of the last step belong to the classes."""
    number, row, column = position
    if is_answer:
        return f"the logit of {CLASSES[layout.channel(position)]}"
    if layout.kind is LayoutKind.VALUES:
        return f"number {layout.channel(position)}"
    return f"{step_texts.noun(layout).lower()} {number}, row {row}, column {column}"


def _draw_calculation(model: "nn.Module", links: "Sequence[Link]", shown: str) -> None:
    """Draw how a number comes about, and what the next layers make of it; `shown` is the number."""
    if not links:
        st.caption("This layer does something of its own, which can't be shown number by number.")
        return
    kinds = [type(model.get_submodule(name)).__name__ for name, _, _ in links]
    calculations = [calculation for _, _, calculation in links]
    st.html(number_html.chain_html(list(zip(kinds, calculations, strict=True))))
    st.caption(f"Computed again from these numbers; the network itself got {shown}.")
