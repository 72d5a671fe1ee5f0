"""How one number comes about, as HTML: patches, filters, products, and the steps after them."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from fmnist_core import html_snippets
from fmnist_core.look_inside_page import network_view, step_texts

if TYPE_CHECKING:
    from fmnist_core.inspection.arithmetic import Calculation, Normalized, Pooled, Sum

MAX_SHOWN = 3
"""Maps of a convolution's input whose products are shown; those that count most."""
MAX_ROWS = 8
"""Products of a linear layer that are shown."""
MAX_NUMBERED = 7
"""Edge of a patch whose cells have room for their numbers."""
NEGATIVE, ZERO, POSITIVE = (38, 84, 196), (247, 245, 240), (196, 64, 16)
"""As in `network_view.js`."""
DARK = 0.55
"""Strength of a color on which white letters are easier to read."""
SMALLEST_DECIMAL = 1e-6
"""Smaller numbers are written with an exponent."""
FORMULAS = {
    "ReLU": "the larger of 0 and {0}",
    "ReLU6": "{0}, but at least 0 and at most 6",
    "SiLU": "{0} ÷ (1 + e<sup>−({0})</sup>)",
    "GELU": "{0} × Φ({0})",
    "Hardswish": "{0} × (({0}) + 3, but at least 0 and at most 6) ÷ 6",
    "Sigmoid": "1 ÷ (1 + e<sup>−({0})</sup>)",
}
"""Formulas of activations by their class."""


def number(value: float) -> str:
    """A number with four significant digits and a proper minus sign."""
    is_small = 0 < abs(value) < 1e-3
    if is_small and abs(value) >= SMALLEST_DECIMAL:
        text = np.format_float_positional(value, 3, unique=False, fractional=False, trim="-")
    else:
        text = f"{value:.4g}" if not is_small and abs(value) < 1e4 else f"{value:.2e}"
    return text.replace("-", "−")


def chain_html(
    links: Sequence[tuple[str, "Calculation"]], *, inputs_noun: str = "Input map"
) -> str:
    """How a number comes about, and what the next steps make of it.

    `links` are the classes of the steps, and how each computes its number.
    """
    parts = []
    for index, (kind, calculation) in enumerate(links):
        heading = step_texts.title(kind)
        body = calculation_html(calculation, inputs_noun=inputs_noun)
        then = '<span class="then">then</span> ' if index else ""
        parts.append(
            f'<section data-calculation="{escape(kind)}" data-result="{calculation.result:.6g}">'
            f"<h3>{then}{escape(heading)}</h3>{body}</section>"
        )
    return f'<div class="calculation">{"".join(parts)}</div>'


def calculation_html(calculation: "Calculation", *, inputs_noun: str = "Input map") -> str:
    """How one layer computes one number."""
    from fmnist_core.inspection import arithmetic

    match calculation:
        case arithmetic.Sum(corner=None):
            return _linear_html(calculation)
        case arithmetic.Sum():
            return _convolution_html(calculation, inputs_noun)
        case arithmetic.Normalized():
            return _normalized_html(calculation)
        case arithmetic.Pooled():
            return _pooled_html(calculation)
        case arithmetic.Activated(value=value, activation=activation, result=result):
            return f"<p>{activation_text(activation, value)} = {_result(result)}</p>"
        case arithmetic.Copied(result=result):
            return f"<p>The same number, {_result(result)}, in another place.</p>"


def activation_text(activation: str, value: float) -> str:
    """An activation of one number, as HTML without its result."""
    formula = FORMULAS.get(activation)
    name = escape(activation)
    return f"{name}({number(value)})" + (f" = {formula.format(number(value))}" if formula else "")


def _convolution_html(calculation: "Sum", inputs_noun: str) -> str:
    products = calculation.products.sum(axis=(1, 2))
    order = np.argsort(-np.abs(products), kind="stable")[:MAX_SHOWN]
    scales = [
        network_view.find_scale(values)
        for values in (calculation.inputs, calculation.weights, calculation.products)
    ]
    rows = []
    for place in sorted(order):
        grids = (calculation.inputs[place], calculation.weights[place], calculation.products[place])
        patch, weights, product = (
            grid_html(grid, scale=scale) for grid, scale in zip(grids, scales, strict=True)
        )
        name = f"{inputs_noun} {calculation.channels[place]}" if len(products) > 1 else "The patch"
        rows.append(
            f'<div class="factors"><figure>{patch}<figcaption>{name}</figcaption></figure>'
            f"<i>×</i><figure>{weights}<figcaption>Filter</figcaption></figure>"
            f"<i>=</i><figure>{product}<figcaption>Products</figcaption></figure>"
            f"<i>→</i><span>{number(float(products[place]))}</span></div>"
        )
    shown = [float(products[place]) for place in sorted(order)]
    rest = float(products.sum()) - sum(shown)
    others = len(products) - len(shown)
    return "".join(rows) + _sum_html(shown, rest, others, "input maps", calculation)


def _linear_html(calculation: "Sum") -> str:
    products = calculation.products.ravel()
    values, weights = calculation.inputs.ravel(), calculation.weights.ravel()
    strength = np.nan_to_num(np.abs(products), nan=-1.0)
    num_values = int(np.isfinite(products).sum())
    order = np.argsort(-strength, kind="stable")[: min(MAX_ROWS, num_values)]
    pictures = ""
    if calculation.inputs.shape[0] == 1 and min(calculation.inputs.shape[1:]) > 1:
        pictures = _pictures_html(calculation)
    rows = "".join(
        f"<tr><td>{place}</td><td>{number(float(values[place]))}</td>"
        f"<td>{number(float(weights[place]))}</td><td>{number(float(products[place]))}</td></tr>"
        for place in order
    )
    table = (
        "<table><caption>The products that count most</caption>"
        "<tr><th>Input no.</th><th>Input</th><th>Weight</th><th>Product</th></tr>"
        f"{rows}</table>"
    )
    shown = [float(products[place]) for place in order]
    rest = float(np.nansum(products)) - sum(shown)
    total = [sum(shown)]
    text = _sum_html(
        total, rest, num_values - len(shown), "inputs", calculation,
        shown_note=f"from these {len(shown)}",
    )  # fmt: skip
    return f"{pictures}{table}{text}"


def _pictures_html(calculation: "Sum") -> str:
    """Inputs, weights and products of a linear layer as pictures."""
    figures = []
    for title, values in (
        ("Inputs", calculation.inputs),
        ("Weights", calculation.weights),
        ("Products", calculation.products),
    ):
        url = html_snippets.data_url(colorize(values[0]))
        figures.append(
            f'<figure><img src="{url}" alt="{title}"><figcaption>{title}</figcaption></figure>'
        )
    inputs, weights, products = figures
    return f'<div class="factors pictures">{inputs}<i>×</i>{weights}<i>=</i>{products}</div>'


def _sum_html(
    shown: Sequence[float],
    rest: float,
    others: int,
    noun: str,
    calculation: "Sum",
    *,
    shown_note: str = "",
) -> str:
    if len(shown) == 1 and not others and calculation.bias is None:
        return f"<p>The products add up to {_result(calculation.result)}</p>"
    terms = " + ".join(_term(value) for value in shown)
    if shown_note:
        terms += f' <span class="note">{shown_note}</span>'
    if others:
        terms += f' + {_term(rest)} <span class="note">from {others} other {noun}</span>'
    if calculation.bias is not None:
        terms += f' + {_term(calculation.bias)} <span class="note">bias</span>'
    return f"<p>{terms} = {_result(calculation.result)}</p>"


def _normalized_html(calculation: "Normalized") -> str:
    source = (
        "mean and variance of this map in training"
        if calculation.num_values is None
        else f"mean and variance of the {calculation.num_values} values at this place"
    )
    text = (
        f"({number(calculation.value)} − {_term(calculation.mean)}) ÷ "
        f"√({number(calculation.variance)} + {number(calculation.epsilon)}) × "
        f"{_term(calculation.weight)} + {_term(calculation.bias)} = "
    )
    note = f'<p class="note">(number − mean) ÷ √(variance + ε) × weight + bias, with {source}.</p>'
    if calculation.activation is None:
        return f"<p>{text}{_result(calculation.result)}</p>{note}"
    activated = activation_text(calculation.activation, calculation.normalized)
    return (
        f"<p>{text}{number(calculation.normalized)}</p>{note}"
        f"<p>{activated} = {_result(calculation.result)}</p>"
    )


def _pooled_html(calculation: "Pooled") -> str:
    grid = grid_html(calculation.window, scale=network_view.find_scale(calculation.window))
    what = "the largest of them" if calculation.is_maximum else "their mean"
    return (
        f'<div class="factors">{grid}<i>→</i>'
        f"<span>{what}: {_result(calculation.result)}</span></div>"
    )


def grid_html(values: np.ndarray, *, scale: float) -> str:
    """Numbers [H, W] in cells of their colors; without the numbers if there is no room for them."""
    height, width = values.shape
    is_numbered = max(height, width) <= MAX_NUMBERED
    cells = "".join(_cell(float(value), scale, is_numbered=is_numbered) for value in values.ravel())
    kind = "numbers" if is_numbered else "numbers small"
    return f'<div class="{kind}" style="--columns:{width}">{cells}</div>'


def _cell(value: float, scale: float, *, is_numbered: bool) -> str:
    if np.isnan(value):
        return "<span></span>"
    red, green, blue = (int(part) for part in _color(np.array(value / scale)))
    ink = "#fff" if abs(value / scale) > DARK else "#141a2b"
    text = f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−") if is_numbered else ""
    return (
        f'<span style="background:rgb({red},{green},{blue});color:{ink}" '
        f'title="{number(value)}">{text}</span>'
    )


def colorize(values: np.ndarray) -> np.ndarray:
    """Numbers [H, W] as colors, RGB uint8 [H, W, 3]: blue below 0, red above; gaps are gray."""
    scaled = values / network_view.find_scale(values)
    colors = _color(np.nan_to_num(scaled))
    colors[np.isnan(values)] = 128
    return colors


def _color(strength: np.ndarray) -> np.ndarray:
    ends = np.where(strength[..., None] < 0, np.array(NEGATIVE), np.array(POSITIVE))
    amount = np.abs(strength)[..., None].clip(0, 1)
    mixed = np.array(ZERO) + amount * (ends - np.array(ZERO))
    rounded: np.ndarray = mixed.round().astype(np.uint8)
    return rounded


def _term(value: float) -> str:
    """A number as a term of a sum: in parentheses if it is negative."""
    return f"({number(value)})" if value < 0 else number(value)


def _result(value: float) -> str:
    return f'<b class="result">{number(value)}</b>'
